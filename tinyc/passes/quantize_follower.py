"""What each layer gets in the float graph and in the graph that a pass has made of it so far."""

from __future__ import annotations

from tinyc.calibration.calibration import Calibration
from tinyc.calibration.lockstep import drop, first_samples, run_op, starts
from tinyc.calibration.moments import Moments, moments
from tinyc.ir.graph import Draft, Graph, Op

SAMPLES = 256
"""More do not change the roundings; the values of all are held at once."""


class Follower:
    """Runs both graphs on the same samples, op after op, while the second grows."""

    def __init__(self, graph: Graph, draft: Draft, data: Calibration, samples: int = SAMPLES) -> None:
        self.graph, self.draft = graph, draft
        self.floats = starts(graph, first_samples(data, samples))
        self.integers = [dict(values) for values in self.floats]
        self.last = {name: op.name for op in graph.ops for name in op.reads}
        self.done = 0

    def moments(self, op: Op, source: str) -> Moments:
        """Of what a float op reads, and of `source`, which it will read."""
        self._catch_up()
        x = op.reads[0]
        return moments(op, ((real[x], mine[source]) for real, mine in zip(self.floats, self.integers, strict=True)))

    def leave(self, op: Op, rewritten: dict[str, str]) -> None:
        """Run the float op, and forget what no op behind it reads. `rewritten`: names of values in the second graph."""
        self._catch_up()
        run_op(op, self.graph.types, self.graph.constants, self.floats)
        old = {name for name in (*op.reads, *op.outputs) if self.last.get(name, op.name) == op.name}
        drop(old, self.floats)
        alive = {name for values in self.floats[:1] for name in values}
        alive |= {rewritten[name] for name in alive if name in rewritten}
        drop({name for values in self.integers[:1] for name in values} - alive, self.integers)

    def _catch_up(self) -> None:
        for op in self.draft.ops[self.done :]:
            run_op(op, self.draft.types, self.draft.constants, self.integers)
        self.done = len(self.draft.ops)
