"""Whose memory a model's inputs and outputs lie in: the arena's, or memory that the caller binds before a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EdgeMemory:
    """Inputs by name, outputs by their number among `Graph.given`.

    Bound ones lie where the caller says and take nothing of the arena. A bound input is only read, unless it is among
    the `consumed`: then the model may write over it after its last read, as it may over inputs inside the arena that
    are not among the `kept`. A `pushed` input, bound as well, comes a few rows at a time and is never whole in memory.
    """

    bound_inputs: frozenset[str] = frozenset()
    consumed: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    bound_outputs: frozenset[int] = frozenset()
    pushed: frozenset[str] = frozenset()

    def keeps(self, name: str) -> bool:
        """Whether an input must hold after a run what it held before."""
        return name in self.kept or name in self.bound_inputs - self.consumed


IN_ARENA = EdgeMemory()
"""All in the arena, where inputs are written over after their last read."""
