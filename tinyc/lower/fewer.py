"""Fewer kernels where one saves too little to be worth its code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from tinyc.kernels.record import Kernel
from tinyc.lower.select import Candidate

Ranked: TypeAlias = Mapping[str, list[Candidate]]
"""By op the kernels that fit."""


def with_fewer_kernels(kernels: Mapping[str, Kernel], ranked: Ranked, worth: float) -> dict[str, Kernel]:
    """The kernels by op, without those whose ops can be served by others that are in use anyway for little more: each
    for at most `worth`, a part of the cycles of all ops. The one that is missed least goes first.
    """
    found = dict(kernels)
    most = worth * sum(_cycles(kernel, ranked[name]) for name, kernel in found.items())
    while most > 0:
        swaps = [swap for source in _sources(found) if (swap := _without(source, found, ranked)) is not None]
        losses = [sum(_cycles(swap[name], ranked[name]) - _cycles(found[name], ranked[name]) for name in swap)
                  for swap in swaps]  # fmt: skip
        if not losses or min(losses) > most:
            break
        found.update(swaps[losses.index(min(losses))])
    return found


def _sources(kernels: Mapping[str, Kernel]) -> list[str]:
    """C files in use, in the order of the ops."""
    return list(dict.fromkeys(kernel.source for kernel in kernels.values() if not kernel.is_view))


def _without(source: str, kernels: Mapping[str, Kernel], ranked: Ranked) -> dict[str, Kernel] | None:
    """The next best kernels, of files in use, of the ops that have one of this file; None if one has no other."""
    left = {*_sources(kernels)} - {source}
    swap = {}
    for name, kernel in kernels.items():
        if kernel.source == source:
            others = [one for one in ranked[name] if one.kernel.source in left and one.cycles is not None]
            if not others:
                return None
            swap[name] = min(others, key=lambda one: (one.cycles, one.kernel.name)).kernel
    return swap


def _cycles(kernel: Kernel, ranked: list[Candidate]) -> float:
    return next((one.cycles for one in ranked if one.kernel is kernel and one.cycles is not None), 0.0)
