"""Weighted sums of int8 whose weights are mostly zero, in blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.cases.case import Array
from tests.support.few_bits import Sum


@dataclass(frozen=True)
class Pruned(Sum):
    """Of the blocks of [outputs, inputs] weights a part of `density` is not zero; `stored` is their encoding."""

    stored: str = "block_sparse"
    block: tuple[int, int] = (4, 2)
    density: float = 0.4

    @property
    def encoding(self) -> str:
        return self.stored

    def _weights(self) -> Array:
        weights = np.maximum(super()._weights(), -127)
        blocks = [-(-extent // size) for extent, size in zip(weights.shape, self.block, strict=False)]
        kept = np.random.default_rng(7).random((*blocks, *weights.shape[2:])) < self.density
        spread = kept.repeat(self.block[0], axis=0).repeat(self.block[1], axis=1)
        return weights * spread[: weights.shape[0], : weights.shape[1]]


@dataclass(frozen=True)
class Few(Sum):
    """Of every `ratio[1]` neighbouring inputs of an output and tap, at most `ratio[0]` weights are not zero."""

    ratio: tuple[int, int] = (2, 4)
    stored: str = "nm"

    @property
    def encoding(self) -> str:
        return self.stored

    def _weights(self) -> Array:
        weights, (n, m) = np.maximum(super()._weights(), -127), self.ratio
        inputs_last = np.moveaxis(weights, 1, -1)
        random = np.random.default_rng(7).random((*inputs_last.shape[:-1], -(-self.inputs // m), m))
        kept = random.argsort(axis=-1).argsort(axis=-1) < n
        return weights * np.moveaxis(kept.reshape(*kept.shape[:-2], -1)[..., : self.inputs], -1, 1)
