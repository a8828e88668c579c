"""Sample data for passes that need it, and what a graph makes of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from tinyc.calibration.histogram import Histogram
from tinyc.errors import DataError
from tinyc.ir.graph import Graph
from tinyc.ir.interp import Stepper
from tinyc.ir.types import Array

Sample = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Samples that can be read again and again; one sample maps each graph input to its array, states left out.

    `track` may wrap the iteration in a progress bar: it gets the samples, their number and a title. `read_for` lists
    what the samples were read for.
    """

    samples: Callable[[], Iterable[Sample]]
    count: int
    track: Callable[[Iterable[Sample], int, str], Iterable[Sample]] = field(default=lambda items, _n, _title: items)
    read_for: list[str] = field(default_factory=list, compare=False, repr=False)

    def runs(self, graph: Graph, title: str) -> Iterator[dict[str, Array]]:
        """All values of the graph, sample after sample, the states going on. DataError for NaN or Inf in the data."""
        self.read_for.append(title)
        stepper = Stepper(graph)
        for number, sample in enumerate(self.track(self.samples(), self.count, title)):
            for name, array in sample.items():
                if not np.isfinite(array).all():
                    raise DataError(f'calibration data: input "{name}" of sample {number} holds NaN or Inf')
            yield stepper.step(sample)

    def histograms(self, graph: Graph, names: Collection[str]) -> dict[str, Histogram]:
        """One histogram for each named value."""
        found = {name: Histogram() for name in names}
        for values in self.runs(graph, "calibrate"):
            for name, histogram in found.items():
                histogram.add(_finite(name, values[name]))
        return found


def _finite(name: str, array: Array) -> Array:
    if not np.isfinite(array).all():
        raise DataError(f'calibration: the model computes NaN or Inf at "{name}"', hint="check data and checkpoint")
    return array
