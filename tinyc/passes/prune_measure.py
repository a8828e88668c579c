"""What the outputs of a float graph lose when some of its layers change."""

from __future__ import annotations

import numpy as np

from tinyc.calibration.calibration import Calibration
from tinyc.calibration.lockstep import run_op
from tinyc.ir.graph import Graph, Op
from tinyc.ops.softmax import Normalise


class Judge:
    """Keeps all values of a graph for some samples; of a changed graph it computes what lies behind a change.

    Outputs are judged before a softmax, which would hide what it saturates. DataError for NaN or Inf in the data.
    """

    def __init__(self, graph: Graph, data: Calibration) -> None:
        self.graph = graph
        self.samples = [dict(values) for values in data.runs(graph, "outputs of the float graph")]
        self.names = judged(graph)
        columns = [np.stack([values[name].astype(np.float64) for values in self.samples]) for name in self.names]
        self.power = max(sum(float(((rows - rows.mean(axis=0)) ** 2).sum()) for rows in columns), 1e-30)

    def error(self, graph: Graph) -> float:
        """Squared error of the judged values, relative to their variance; of a graph with ops of the same names."""
        total, behind = 0.0, self._behind(graph)
        for values in self.samples:
            mine = [dict(values)]
            for op in behind:
                run_op(op, graph.types, graph.constants, mine)
            total += sum(float(((mine[0][name] - values[name]).astype(np.float64) ** 2).sum()) for name in self.names)
        return total / self.power

    def _behind(self, graph: Graph) -> list[Op]:
        """Ops that differ from those of the first graph, and all that read what they compute."""
        before, moved, found = {op.name: op for op in self.graph.ops}, set[str](), []
        for op in graph.ops:
            if op != before[op.name] or moved.intersection(op.reads):
                found.append(op)
                moved.update(op.outputs)
        return found


def judged(graph: Graph) -> tuple[str, ...]:
    """The float outputs, or what a last softmax reads."""
    producers = graph.producers()
    found = []
    for name in graph.given:
        op = producers.get(name)
        name = op.reads[0] if op is not None and isinstance(op.operator, Normalise) else name
        if graph.types[name].dtype.is_float:
            found.append(name)
    return tuple(dict.fromkeys(found))
