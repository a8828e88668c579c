"""The deepest way through the calls of an image."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tinyc.stack.routine import Routine


@dataclass(frozen=True, slots=True)
class Step:
    """A function on the deepest way, and the bytes that it has taken where it calls the next."""

    function: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Bound:
    """No run of `entry` takes more than `bytes` of stack below its caller. None: `reason` says why."""

    entry: str
    bytes: int | None
    path: tuple[Step, ...]
    reason: str = ""


def deepest(bounds: Sequence[Bound]) -> Bound | None:
    """The one that takes most; one that is not known counts as more than any."""
    return max(bounds, key=lambda bound: (bound.bytes is None, bound.bytes or 0), default=None)


@dataclass(frozen=True, slots=True)
class _Way:
    bytes: int
    steps: tuple[Step, ...]


class _Unknown(Exception):
    """Why there is no bound."""


@dataclass(slots=True)
class CallGraph:
    """Functions by address; `by_pointer` are those that a function, by its name, may call by a pointer."""

    routine: Callable[[int], Routine]
    by_pointer: Callable[[str], Sequence[int]]
    _known: dict[int, _Way] = field(default_factory=dict)
    _open: list[tuple[int, int]] = field(default_factory=list)

    def bound(self, entry: str, address: int) -> Bound:
        """The deepest way from a function."""
        self._open.clear()
        try:
            way = self._deepest(address)
        except _Unknown as unknown:
            return Bound(entry, None, (), str(unknown))
        return Bound(entry, way.bytes, way.steps)

    def _deepest(self, address: int) -> _Way:
        if address in self._known:
            return self._known[address]
        here = self.routine(address)
        if here.fault:
            raise _Unknown(f"{here.name}: {here.fault}")
        best = _Way(here.deepest, (Step(here.name, here.deepest),))
        for target, depth in self._calls(here):
            if self._returns_flat(target, depth, here):
                continue
            self._open.append((address, depth))
            inner = self._deepest(target)
            self._open.pop()
            if depth + inner.bytes > best.bytes:
                best = _Way(depth + inner.bytes, (Step(here.name, depth), *inner.steps))
        self._known[address] = best
        return best

    def _calls(self, here: Routine) -> list[tuple[int, int]]:
        depths = [depth for depth in (here.pointer_call, here.pointer_jump) if depth is not None]
        targets = self.by_pointer(here.name) if depths else ()
        if here.pointer_call is not None and not targets:
            raise _Unknown(f"{here.name} calls by a pointer, and the image holds the address of no such function")
        return [*here.calls.items(), *((target, max(depths)) for target in targets)]

    def _returns_flat(self, target: int, depth: int, here: Routine) -> bool:
        """Whether a call goes back to a function that is open without taking stack on the way: a loop of jumps."""
        path = [address for address, _ in self._open]
        if target not in path:
            return False
        taken = depth + sum(bytes_ for _, bytes_ in self._open[path.index(target) :])
        if taken:
            raise _Unknown(f"{here.name} may call itself by way of others")
        return True
