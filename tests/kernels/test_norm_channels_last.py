"""Normalisations behind a convolution read images channels-last, without a relayout between."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.cases.case import Case
from tests.kernels.test_cases_on_host import check
from tests.support.case_models import Variant
from tests.support.case_program import build_case, run_on_host
from tinyc.ir.types import Layout
from tinyc.targets import load_board

NODES = [
    helper.make_node("Conv", ["x", "w"], ["a"], pads=[1, 1, 1, 1]),
    helper.make_node("InstanceNormalization", ["a", "g", "b"], ["c"]),
    helper.make_node("GroupNormalization", ["c", "g", "b"], ["d"], num_groups=3),
    helper.make_node("LRN", ["d"], ["y"], size=3, alpha=0.5),
]


def model() -> onnx.ModelProto:
    random = np.random.default_rng(3)
    shapes = {"w": (6, 3, 3, 3), "g": (6,), "b": (6,)}
    constants = [numpy_helper.from_array(random.normal(size=s).astype(np.float32), n) for n, s in shapes.items()]
    x, y = ((n, TensorProto.FLOAT, [2, c, 8, 7]) for n, c in (("x", 3), ("y", 6)))
    graph = helper.make_graph(
        NODES, "norms", [helper.make_tensor_value_info(*x)], [helper.make_tensor_value_info(*y)], constants
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def test_normalisations_keep_the_layout_of_the_convolution(tmp_path: Path) -> None:
    samples = {"x": np.random.default_rng(4).normal(size=(2, 3, 8, 7)).astype(np.float32)}
    variant = Variant(Case("Conv", "norms", ()), "norms_channels_last", model(), samples, [], integer=False)
    built = build_case(variant, load_board("cortex-m4"), tmp_path)
    graph = built.result.graph
    normed = [op for op in graph.ops if op.kind in ("group_norm", "lrn")]
    assert [graph.types[op.outputs[0]].layout for op in normed] == [Layout.CHANNELS_LAST] * 3
    for case, outputs in zip([built], run_on_host([built], tmp_path), strict=True):
        check(case, outputs)
