"""What a build says of its stack: proven bounds beside what the emulator has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tinyc.stack.bound import Bound, deepest

_HELPERS = ("_quantize_input", "_dequantize_output")
"""Conversions of samples: linked only where a program calls them, and not while a model runs."""


@dataclass(frozen=True, slots=True)
class StackUse:
    """`functions` are the model's public ones. `measured` is the high-water mark of init and invoke on the emulator,
    None where nothing ran.
    """

    functions: tuple[Bound, ...]
    measured: int | None

    @property
    def bound(self) -> Bound | None:
        """That of the function which takes most, conversions of samples aside."""
        return deepest([bound for bound in self.functions if not bound.entry.endswith(_HELPERS)])

    @property
    def bytes(self) -> int | None:
        """What no call of the model exceeds; None if that is not known."""
        return None if self.bound is None else self.bound.bytes


def stack_use(bounds: Sequence[Bound], measured: Sequence[tuple[str, int]]) -> StackUse:
    """From the bounds of an image and the high-water marks of its harness's functions, whose own frames count in
    neither. A mark above its bound unsettles all bounds.
    """
    harness = {bound.entry: bound for bound in bounds if bound.entry in dict(measured)}
    public = tuple(bound for bound in bounds if not bound.entry.startswith("harness_"))
    marks = [mark - (harness[name].path[0].bytes if harness[name].path else 0) for name, mark in measured]
    over = [name for name, mark in measured if mark > (harness[name].bytes or mark)]
    if over:
        public = tuple(_unsettled(bound) for bound in public)
    return StackUse(public, max(marks, default=None))


def _unsettled(bound: Bound) -> Bound:
    return replace(bound, bytes=None, path=(), reason="the emulator has seen more than the bound: please report this")
