"""RNN, GRU, LSTM and ReverseSequence: directions, lengths, initial states, activations, outputs, run-time weights."""

from __future__ import annotations

from typing import Any

from tests.cases.case import Case, Data, given, x

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
USUAL = {"RNN": ("Tanh",), "GRU": ("Sigmoid", "Tanh"), "LSTM": ("Sigmoid", "Tanh", "Tanh")}


def layer(
    op_type: str, name: str, *, steps: int = 5, batch: int = 2, inputs: int = 3, hidden: int = 4, bias: bool = True,
    lengths: list[int] | None = None, initial: bool = False, peepholes: bool = False, constant: bool = True,
    first: bool = False, outputs: int = 0, **attributes: Any,
) -> Case:  # fmt: skip
    """A case with small weights, so that the activations are not saturated."""
    directions = 2 if attributes.get("direction") == "bidirectional" else 1
    rows = GATES[op_type] * hidden
    state = (batch, directions, hidden) if first else (directions, batch, hidden)
    data: list[Data | None] = [
        x(batch, steps, inputs) if first else x(steps, batch, inputs),
        x(directions, rows, inputs, low=-0.7, high=0.7),
        x(directions, rows, hidden, low=-0.7, high=0.7),
        x(directions, 2 * rows, low=-0.5, high=0.5) if bias else None,
        given(lengths, "int32") if lengths else None,
        x(*state, low=-1.0, high=1.0) if initial else None,
    ]
    if op_type == "LSTM":
        data.append(x(*state, low=-1.0, high=1.0) if initial else None)
        data.append(x(directions, 3 * hidden, low=-0.5, high=0.5) if peepholes else None)
    while data[-1] is None:
        data.pop()
    constants = tuple(i for i in (1, 2, 3, 7) if i < len(data) and data[i] is not None) if constant else ()
    attributes |= {"hidden_size": hidden} | ({"layout": 1} if first else {})
    return Case(
        op_type, name, tuple(data), attributes, constants, outputs or (3 if op_type == "LSTM" else 2), rtol=1e-4, atol=2e-6
    )


def family(op_type: str) -> list[Case]:
    usual = USUAL[op_type]
    other = {"RNN": ["Softsign"], "GRU": ["HardSigmoid", "Softsign"], "LSTM": ["HardSigmoid", "Softsign", "Relu"]}
    return [
        layer(op_type, "forward"),
        layer(op_type, "reverse", direction="reverse"),
        layer(op_type, "bidirectional", direction="bidirectional"),
        layer(op_type, "run_time_weights", constant=False, direction="bidirectional", initial=True),
        layer(op_type, "no_bias", bias=False),
        layer(op_type, "no_bias_at_run_time", bias=False, constant=False),
        layer(op_type, "initial", initial=True, batch=1),
        layer(op_type, "lengths", lengths=[5, 2, 1], batch=3, initial=True),
        layer(op_type, "lengths_both_ways", lengths=[3, 5], direction="bidirectional", hidden=3),
        layer(op_type, "all_sizes_1", steps=1, batch=1, inputs=1, hidden=1),
        layer(op_type, "prime_sizes", steps=3, batch=1, inputs=7, hidden=5),
        layer(op_type, "wide", steps=4, batch=1, inputs=12, hidden=16),
        layer(op_type, "first_output", outputs=1),
        layer(op_type, "batch_first", first=True, initial=True),
        layer(op_type, "usual_by_name", activations=list(usual)),
        layer(op_type, "others", activations=other[op_type]),
        layer(op_type, "others_both_ways", direction="bidirectional", activations=[*usual, *other[op_type]]),
        layer(op_type, "clip", clip=0.5),
    ]


def activation(name: str, alpha: float | None = None, beta: float | None = None) -> Case:
    parameters = {"activation_alpha": [alpha]} if alpha is not None else {}
    parameters |= {"activation_beta": [beta]} if beta is not None else {}
    return layer("RNN", f"activation_{name}_{alpha}", activations=[name], **parameters)


CASES = [
    *family("RNN"),
    *family("GRU"),
    *family("LSTM"),
    layer("GRU", "linear_before_reset", linear_before_reset=1),
    layer("GRU", "linear_before_reset_both_ways", linear_before_reset=1, direction="bidirectional", initial=True),
    layer("GRU", "linear_before_reset_at_run_time", linear_before_reset=1, constant=False, lengths=[2, 4]),
    layer("GRU", "linear_before_reset_no_bias", linear_before_reset=1, bias=False, hidden=5),
    layer("LSTM", "peepholes", peepholes=True, batch=1),
    layer("LSTM", "peepholes_both_ways", peepholes=True, direction="bidirectional", initial=True),
    layer("LSTM", "coupled", input_forget=1),
    *(activation(name) for name in ("Relu", "Sigmoid", "Softsign", "Softplus", "Elu", "LeakyRelu", "HardSigmoid")),
    activation("Affine", 0.5, 0.25),
    activation("LeakyRelu", 0.3),
    activation("ThresholdedRelu", 0.4),
    activation("ScaledTanh", 0.8, 1.5),
    activation("HardSigmoid", 0.3, 0.4),
    activation("Elu", 0.7),
    Case("ReverseSequence", "time_first", (x(4, 3, 2), given([4, 1, 3], "int64"))),
    Case("ReverseSequence", "batch_first", (x(3, 4, 5), given([2, 4, 1], "int64")), {"time_axis": 1, "batch_axis": 0}, (1,)),
    Case("ReverseSequence", "matrix", (x(5, 2, dtype="int16", low=-99, high=99), given([5, 2], "int64"))),
    Case("ReverseSequence", "int8", (x(5, 2, 3, dtype="int8", low=-99, high=99), given([5, 2], "int64")), {}, (1,)),
]  # fmt: skip
