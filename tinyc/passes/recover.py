"""What pruning lost is won back: the weights that stayed are tuned until the graph follows the one before."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tinyc.calibration.calibration import Calibration
from tinyc.calibration.distil import HELD_OUT, Lesson, Tuned, distilled
from tinyc.calibration.lockstep import first_samples
from tinyc.calibration.tape import ops_before, unknown_ops
from tinyc.errors import DataError, RecipeError
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import Array
from tinyc.ops.binary import Sum
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.passes.base import Pass, PassContext, pass_
from tinyc.passes.prune_measure import judged

FEWEST = 2 * HELD_OUT


@pass_("recover")
@dataclass(frozen=True, slots=True)
class Recover(Pass):
    """Tune the weights that pruning left until the outputs follow the graph before it.

    What: weights and biases of the selected float dense and conv2d layers take steps (Adam; Kingma and Ba, 2015) that
    lessen the squared error of the outputs before a last softmax, and of what layers and sums between compute, against
    the float graph before the first `prune` or `low_rank`, each relative to its variance (distillation: Hinton, 2015;
    hints: Romero, 2015). Steps are taken in directions that the inputs of a layer do not mix (Martens and Grosse,
    2015). Samples need no labels; they are mixed, and mirrored along axes where the float graph answers nearly the same
    (photographs; not letters, not sounds). Zeros of pruned layers stay. Every eighth sample is held out: the
    weights after the epoch that does best on these are taken, and nothing changes where none does better than before.
    It belongs behind `prune` and before `quantize`. A graph with states, or with ops whose slopes are not known, stays
    as it is; the note says so.
    When it is exact: never; the note tells the outputs' squared error on held-out samples, before and after.
    Example: `prune(sparsity=42%, structure=block[4, 2])`, then `recover(epochs=4)`, then `quantize`.
    Cost: about four runs of the float graph for each sample and epoch, in numpy: for 12 million multiply-accumulates,
    2048 samples and 8 epochs two minutes and a half of one core. The samples, and all values for 32 of them, are held
    at once.

    `epochs`: how often each sample is seen. `rate`: what the first steps change in a layer's outputs at most, as a
    share of their root mean square; it falls to 0 along half a cosine. `samples`: how many are used at most.
    """

    epochs: int = 8
    rate: float = 0.005
    samples: int = 2048

    def __post_init__(self) -> None:
        if self.epochs < 1:
            raise RecipeError(f"epochs={self.epochs}: at least one is needed")
        if not 0.0 < self.rate <= 1.0:
            raise RecipeError(f"rate={self.rate!r}: a share above 0, at most 1", hint="rate=0.005 is usual")
        if self.samples < FEWEST:
            raise RecipeError(f"samples={self.samples}: at least {FEWEST} are needed")

    def run(self, graph: Graph, context: PassContext) -> Graph:
        if context.original is None:
            raise RecipeError("recover needs the graph before it lost anything", hint="put prune before it")
        if context.calibration is None or context.calibration.count < FEWEST:
            raise RecipeError(
                f"recover needs {FEWEST} samples of calibration data or more", hint="give them with --calib X.npz"
            )
        layers = _layers(graph, context)
        if problem := _problem(graph, context.original) or ("" if layers else "no layer has weights of its own"):
            context.remarks.append(f"nothing changes: {problem}")
            return graph
        context.calibration.read_for.append("recover")
        data = first_samples(context.calibration, self.samples)
        lesson = Lesson(graph, context.original, judged(graph), _hints(graph, context.original), _inputs(graph, data))
        tuned = distilled(lesson, layers, self.epochs, self.rate)
        context.remarks.append(_told(tuned, lesson.count))
        return _rewritten(graph, tuned) if tuned.after < tuned.before else graph


Recover.selective = True


def _problem(graph: Graph, original: Graph) -> str:
    """Why a graph cannot be tuned, or nothing."""
    if graph.states:
        return "the graph has states"
    outputs = judged(graph)
    if not outputs or outputs != judged(original):
        return "its outputs are not those of the float graph before"
    for each in (original, graph):
        unknown = unknown_ops(each, ops_before(each, outputs))
        if unknown:
            kinds = sorted({op.kind for op in unknown})
            return f"no slopes are known of {', '.join(kinds)} (op {unknown[0].name})"
    return ""


def _layers(graph: Graph, context: PassContext) -> list[Op]:
    """The selected layers whose weights and biases are constants of their own."""
    readers = graph.consumers()
    return [
        op
        for op in graph.ops
        if isinstance(op.operator, Conv2d | Dense)
        and context.selects(op)
        and all(name in graph.constants and len(readers[name]) == 1 for name in op.reads[1:])
    ]


def _hints(graph: Graph, original: Graph) -> tuple[str, ...]:
    """Values between that both graphs have, in one shape: results of layers and sums."""
    outputs = judged(graph)
    theirs = {name for op in ops_before(original, outputs) for name in op.outputs}
    mine = [op.outputs[0] for op in ops_before(graph, outputs) if isinstance(op.operator, Conv2d | Dense | Sum)]
    same = (name for name in mine if name in theirs and graph.types[name].shape == original.types[name].shape)
    return tuple(name for name in same if name not in outputs)


def _inputs(graph: Graph, data: Calibration) -> dict[str, Array]:
    """All samples of each input, [n, ...]; DataError where one holds NaN or infinity."""
    samples = list(data.track(data.samples(), data.count, "recover"))
    found = {name: np.stack([sample[name] for sample in samples]) for name in graph.inputs}
    for name, array in found.items():
        if not np.isfinite(array).all():
            raise DataError(f'calibration data: input "{name}" holds NaN or Inf')
    return found


def _rewritten(graph: Graph, tuned: Tuned) -> Graph:
    draft = graph.draft()
    names = {
        name: draft.add_constant(f"{name}.recovered", array, graph.types[name])
        for name, array in tuned.constants.items()
    }
    draft.ops = [
        replace(op, inputs=tuple(name if name is None else names.get(name, name) for name in op.inputs))
        for op in graph.ops
    ]
    return draft.freeze()


def _told(tuned: Tuned, count: int) -> str:
    before, after = f"{tuned.before:.2%}", f"{tuned.after:.2%}"
    if tuned.after < tuned.before:
        return f"squared error of the outputs on held-out samples {before}, then {after}; {count} samples"
    return f"nothing changes: no step lessens the squared error of the outputs on held-out samples, {before}"
