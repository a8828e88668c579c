"""ONNX's recurrent nodes as operators of the graph."""

from __future__ import annotations

from collections.abc import Sequence

from tinyc.errors import UnsupportedOp
from tinyc.ops.importing import Builder, Node, from_onnx
from tinyc.ops.recurrent import Direction, Recurrent
from tinyc.ops.recurrent_activation import Activation, activations_of
from tinyc.ops.recurrent_cells import Gru, Lstm, Rnn


@from_onnx("RNN")
def rnn(node: Node, b: Builder) -> None:
    _add(b, Rnn(**_common(node, b, Rnn, 2)))  # type: ignore[arg-type]


@from_onnx("GRU")
def gru(node: Node, b: Builder) -> None:
    _add(b, Gru(**_common(node, b, Gru, 2), linear_before_reset=bool(node.int("linear_before_reset"))))  # type: ignore[arg-type]


@from_onnx("LSTM")
def lstm(node: Node, b: Builder) -> None:
    _add(b, Lstm(**_common(node, b, Lstm, 3), coupled=bool(node.int("input_forget"))))  # type: ignore[arg-type]


def _common(node: Node, b: Builder, cls: type[Recurrent], outputs: int) -> dict[str, object]:
    """The fields that all three have. Outputs that nobody reads are not given."""
    direction = node.string("direction", "forward")
    known = [item.value for item in Direction]
    if direction not in known:
        raise UnsupportedOp(f'direction "{direction}" is not one of {", ".join(known)}')
    gives = [node.wants(index) for index in range(outputs)]
    recurrent = b.type_of(b.value(2))
    if recurrent.rank != 3:
        raise UnsupportedOp(f"R must have 3 axes, is {recurrent}")
    return {
        "hidden": recurrent.shape[2],
        "gives": tuple(gives) if any(gives) else (False, True, False)[:outputs],
        "direction": Direction(direction),
        "activations": _activations(node, cls.usual * (2 if direction == "bidirectional" else 1)),
        "clip": node.float("clip"),
        "batch_first": bool(node.int("layout")),
    }


def _activations(node: Node, usual: tuple[Activation, ...]) -> tuple[Activation, ...]:
    """The node's activations; () if they are the usual ones."""
    names = node.attributes.get("activations")
    if names is None:
        return ()
    assert isinstance(names, tuple)
    alphas, betas = _floats(node, "activation_alpha"), _floats(node, "activation_beta")
    found = activations_of([_word(name) for name in names], alphas, betas)
    return () if found == usual else found


def _word(name: object) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)


def _floats(node: Node, name: str) -> Sequence[float]:
    values = node.attributes.get(name, ())
    assert isinstance(values, tuple)
    return [float(value) for value in values]


def _add(b: Builder, operator: Recurrent) -> None:
    """The op, without lengths that say nothing and initial states that are zero."""
    inputs = [b.optional(index) for index in range(len(operator.slots))]
    steps = operator.sizes(b.type_of(b.value(0)).shape)[0] if b.type_of(b.value(0)).rank == 3 else 0
    for index, slot in enumerate(operator.slots):
        blob = b.draft.constants.get(inputs[index] or "")
        idle = 0 if slot.startswith("initial") or slot == "p" else steps
        if blob is not None and slot in ("lengths", "initial_h", "initial_c", "p") and (blob.array == idle).all():
            inputs[index] = None
    b.result(operator, *inputs, only=[index for index, given in enumerate(operator.gives) if given])
