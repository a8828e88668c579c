"""A budget spread over layers so that their errors together are least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tinyc.ir.types import Array


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be done to one layer: rising savings, the first 0, and the error that comes with each."""

    savings: Array
    errors: Array


def allocate(layers: Sequence[Choices], goal: float) -> list[int]:
    """For each layer the number of the choice, such that savings reach the goal; the largest of all if they cannot.

    Steps along the lower convex hulls of the layers, the step with the least error for what it saves first: with fine
    choices that is the least sum of errors.
    """
    chosen, saved = [0] * len(layers), 0.0
    steps = sorted(step for index, layer in enumerate(layers) for step in _steps(index, layer))
    for _, index, start, stop in steps:
        if saved >= goal:
            break
        savings = layers[index].savings
        enough = int(np.searchsorted(savings[start + 1 : stop + 1], savings[start] + goal - saved))
        chosen[index] = min(start + 1 + enough, stop)
        saved += float(savings[chosen[index]] - savings[start])
    return chosen


def _steps(index: int, layer: Choices) -> list[tuple[float, int, int, int]]:
    """From corner to corner of the lower convex hull: error for what is saved, the layer, first and last choice."""
    found, start, last = [], 0, len(layer.savings) - 1
    while start < last:
        slopes = (layer.errors[start + 1 :] - layer.errors[start]) / (layer.savings[start + 1 :] - layer.savings[start])
        stop = start + 1 + len(slopes) - 1 - int(np.argmin(slopes[::-1]))
        found.append((float(slopes[stop - start - 1]), index, start, stop))
        start = stop
    return found
