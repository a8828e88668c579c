"""Normalisations: sets of one, prime and many elements, constant and run-time scale and bias, every axis, opsets."""

from tests.cases.case import Case, given, x

LAYER_AXES = {-1: (5,), 2: (5,), 1: (3, 5), 0: (2, 3, 5), -2: (3, 5)}

CASES = [
    *(Case("LayerNormalization", f"axis{axis}", (x(2, 3, 5), x(*shape), x(*shape)), {"axis": axis}, (1, 2)) for axis, shape in LAYER_AXES.items()),
    Case("LayerNormalization", "run_time", (x(2, 3, 5), x(5), x(5)), {"epsilon": 0.1}),
    Case("LayerNormalization", "run_time_bias", (x(2, 3, 5), x(5), x(5)), {}, (1,)),
    Case("LayerNormalization", "no_bias", (x(4, 7), x(7)), {}, (1,)),
    Case("LayerNormalization", "one_element", (x(4, 1), x(1), x(1)), {}, (1, 2)),
    Case("LayerNormalization", "constant_row", (given([[2.0] * 7, [-1.0] * 7], "float32"), x(7), x(7)), {}, (1, 2)),
    Case("LayerNormalization", "statistics", (x(3, 4, 6), x(6), x(6)), {}, (1, 2), outputs=3),
    Case("LayerNormalization", "long", (x(2, 640, low=90.0, high=110.0), x(640), x(640)), {}, (1, 2), atol=1e-5),
    *(Case("RMSNormalization", f"axis{axis}", (x(2, 3, 5), x(*shape)), {"axis": axis}, (1,), opset=23) for axis, shape in LAYER_AXES.items()),
    Case("RMSNormalization", "run_time", (x(3, 8), x(8)), {"epsilon": 0.1}, opset=23),
    Case("InstanceNormalization", "2d", (x(2, 3, 4, 5), x(3), x(3)), {}, (1, 2)),
    Case("InstanceNormalization", "1d_run_time", (x(2, 3, 7), x(3), x(3)), {"epsilon": 0.01}),
    Case("InstanceNormalization", "3d", (x(1, 2, 3, 4, 2), x(2), x(2)), {}, (1, 2)),
    Case("InstanceNormalization", "one_pixel", (x(2, 3, 1, 1), x(3), x(3)), {}, (1, 2)),
    *(Case("GroupNormalization", f"{groups}_groups", (x(2, 12, 3, 5), x(12), x(12)), {"num_groups": groups}, (1, 2), opset=21) for groups in (1, 2, 4, 12)),
    Case("GroupNormalization", "run_time", (x(2, 6, 7), x(6), x(6)), {"num_groups": 3}, opset=21),
    Case("GroupNormalization", "no_pixels", (x(2, 6), x(6), x(6)), {"num_groups": 3}, (1, 2), opset=21),
    Case("MeanVarianceNormalization", "default_axes", (x(2, 3, 4, 5),), opset=13),
    Case("MeanVarianceNormalization", "other_axes", (x(2, 3, 4),), {"axes": [0, -1]}, opset=13),
    Case("BatchNormalization", "constants", (x(2, 3, 4, 5), x(3), x(3), x(3), x(3, low=0.5)), {}, (1, 2, 3, 4), atol=1e-5),
    Case("BatchNormalization", "run_time", (x(2, 3, 4, 5), x(3), x(3), x(3), x(3, low=0.5)), {"epsilon": 0.01}),
    Case("BatchNormalization", "matrix", (x(4, 3), x(3), x(3), x(3), x(3, low=0.5)), {}, (1, 2, 3), opset=9),
    *(Case("LRN", f"size{size}", (x(2, 7, 3, 4),), {"size": size, "alpha": 0.3, "beta": 0.6, "bias": 2.0}, opset=12) for size in (1, 3, 5, 11)),
    Case("LRN", "one_channel", (x(1, 1, 5, 5),), {"size": 5}, opset=12),
    *(Case("LpNormalization", f"p{p}_axis{axis}", (x(2, 3, 5),), {"p": p, "axis": axis}, opset=12) for p in (1, 2) for axis in (0, 1, -1)),
    Case("LpNormalization", "zero_row", (given([[0.0, 0.0], [3.0, 4.0]], "float32"),)),
    Case("SkipLayerNormalization", "bias_and_sum", (x(2, 3, 7), x(2, 3, 7), x(7), x(7), x(7)), {"epsilon": 1e-5}, (2, 3, 4), opset=12, domain="com.microsoft"),
    Case("SkipLayerNormalization", "no_beta", (x(2, 3, 7), x(2, 3, 7), x(7)), {}, (2,), opset=12, domain="com.microsoft"),
    Case("SkipSimplifiedLayerNormalization", "bias", (x(2, 3, 7), x(2, 3, 7), x(7), x(7)), {}, (2, 3), opset=12, domain="com.microsoft"),
    Case("SimplifiedLayerNormalization", "standard_domain", (x(2, 3, 7), x(7)), {"axis": -1, "epsilon": 0.01}, (1,), opset=12),
]  # fmt: skip
