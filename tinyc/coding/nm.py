"""Weights of which n of every m neighbouring inputs are not zero, as runtime_c/include/tinyc/nm.h reads them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinyc.ir.types import Array

_UNIT = 4


@dataclass(frozen=True, slots=True)
class Ratio:
    """At most `n` of every `m` neighbouring inputs of an output."""

    n: int
    m: int

    @property
    def unit_inputs(self) -> int:
        """Inputs that four weights stand for."""
        return _UNIT // self.n * self.m

    @property
    def unit_bytes(self) -> int:
        return _UNIT + self._place_bits * _UNIT // 8

    @property
    def _place_bits(self) -> int:
        return 2 if self.m == 4 else 4

    def groups(self, inputs: int) -> int:
        return -(-inputs // self.m)

    def units(self, inputs: int) -> int:
        return -(-inputs // self.unit_inputs)

    def packed(self, rows: Array) -> Array:
        """int8: the stream of int8 [channels][inputs]."""
        missing = self.units(rows.shape[1]) * self.unit_inputs - rows.shape[1]
        groups = np.pad(rows, ((0, 0), (0, missing))).reshape(-1, self.m)
        places = np.argsort(groups == 0, axis=1, kind="stable")[:, : self.n]
        weights = np.take_along_axis(groups, places, axis=1)
        places = np.where(weights == 0, 0, places).reshape(-1, _UNIT)
        codes = (places << self._place_bits * np.arange(_UNIT)).sum(axis=1).astype("<u2").view(np.int8).reshape(-1, 2)
        units = [codes[:, : self.unit_bytes - _UNIT], weights.reshape(-1, _UNIT)]
        return np.concatenate(units, axis=1).astype(np.int8).reshape(-1)

    def holds(self, rows: Array) -> bool:
        """Whether these weights can be stored so."""
        padded = np.pad(rows, ((0, 0), (0, -rows.shape[1] % self.m)))
        return int(np.count_nonzero(padded.reshape(-1, self.m), axis=1).max(initial=0)) <= self.n


RATIOS = (Ratio(1, 8), Ratio(1, 4), Ratio(2, 8), Ratio(2, 4), Ratio(4, 8))
"""The fewest bytes first. A unit of four weights holds whole groups, so 3 of 8 are stored as 4 of 8."""


def ratio_of(rows: Array) -> Ratio | None:
    """The one that takes the fewest bytes; None if weights of int8 [channels][inputs] are too dense."""
    return next((ratio for ratio in RATIOS if ratio.holds(rows)), None)
