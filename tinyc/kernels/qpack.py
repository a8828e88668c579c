"""Q-pack: four channels of 4 or 2 bits in one field, as runtime_c/include/tinyc/qpack.h reads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tinyc.ir.types import Array
from tinyc.kernels.record import Field, Predicate, Site, Table
from tinyc.kernels.requant_dsp import MAX_STEPS, TwoStep, largest_sums, two_step
from tinyc.kernels.requant_shared import shared_multipliers
from tinyc.kernels.tpack import filled, low_words
from tinyc.kernels.weighted import requant_fields
from tinyc.ops.clamp import Clamp
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense


@dataclass(frozen=True, slots=True)
class Qpack:
    """One width of weights. `lanes`: by how many bits the sums of a group's four channels are shifted left."""

    bits: int
    lanes: tuple[int, int, int, int]

    @property
    def encoding(self) -> str:
        return f"packed{self.bits}"

    def fields(self, rows: Array) -> Array:
        """int64 [channels / 4][inputs]: u0 + B u1 + B^2 u2 + B^3 w3, u = w + B / 2; channels padded with zeros."""
        channels, inputs = (-(-extent // 4) * 4 for extent in rows.shape)
        padded = np.zeros((channels, inputs), np.int64)
        padded[: rows.shape[0], : rows.shape[1]] = rows
        lifted = padded.reshape(-1, 4, inputs) + self._lift
        return np.asarray((lifted * self._places).sum(axis=1))

    def words(self, rows: Array) -> Array:
        """int32 [channels / 4][words]: the fields as they lie in flash."""
        fields = self.fields(rows)
        if self.bits == 2:
            return np.asarray(fields.astype(np.int8).view("<i4"))
        quads = fields.reshape(len(fields), -1, 2, 2).transpose(0, 1, 3, 2)
        return np.asarray(quads.reshape(fields.shape).astype("<i2").view("<i4"))

    def starts(self, bias: Array) -> Array:
        """int64 [channels / 4][4]: P3, P2, P1, P0 before the first product."""
        return np.asarray(np.cumsum(bias.reshape(-1, 4) * self._places[:, 0], axis=1)[:, ::-1])

    @property
    def _places(self) -> Array:
        return (1 << (self.bits * np.arange(4, dtype=np.int64)))[:, None]

    @property
    def _lift(self) -> Array:
        return np.array([1, 1, 1, 0], np.int64)[:, None] << (self.bits - 1)


QPACK4 = Qpack(4, (4, 4, 8, 12))
QPACK2 = Qpack(2, (4, 4, 4, 6))


def pack_stream(pack: Qpack, site: Site, rows: Array) -> Array:
    """int32: for each four channels the starting sums, the words, and multiplier, offset and shift of each channel."""
    channels = rows.shape[0]
    step, lanes = two_step(site, clamp_of(site), channels), _lanes(pack, channels)
    k = step.k + lanes
    offset = (step.zero_point << k) + (np.int64(1) << (k - 1))
    bias, value, offset, k = (np.pad(column, (0, -channels % 4)) for column in (step.bias, step.value, offset, k))
    requant = np.stack([value, offset, k], axis=1).reshape(-1, 12)
    stream = np.concatenate([pack.starts(bias), pack.words(rows), requant], axis=1)
    return low_words(stream)


def pack_pairs(pack: Qpack, site: Site, rows: Array) -> tuple[Array, int]:
    """int32 of each four channels, the last first: starting sums, words, requantisation as qpack_4x2.h reads it; and
    the offset of all channels at the first lane, 0 where each has its own shift.
    """
    channels = rows.shape[0]
    step, lanes = two_step(site, clamp_of(site), channels), _lanes(pack, channels)
    shared = shared_multipliers(site, clamp_of(site), channels, at=0)
    if shared is not None:
        bias, requant, offset = _shared(pack, site, step, rows, shared)
    else:
        k = step.k + lanes
        both = np.stack([step.value, (step.zero_point << k) + (np.int64(1) << (k - 1))], axis=1)
        parts = (np.pad(both, ((0, -channels % 4), (0, 0))).reshape(-1, 8), filled(k).reshape(-1, 4))
        bias, requant, offset = step.bias, np.concatenate(parts, axis=1), 0
    return low_words(np.concatenate([pack.starts(filled(bias)), pack.words(rows), requant], axis=1)[::-1]), offset


def _shared(pack: Qpack, site: Site, step: TwoStep, rows: Array, multipliers: Array) -> tuple[Array, Array, int]:
    """Biases, multipliers [channels / 4][4] and the offset, for sums that are shifted by their lanes alone. A channel
    of zero weights has a sum that becomes its constant: four times its distance from the zero point.
    """
    y = site.type("y")
    assert y.quant is not None
    zero_point = int(y.quant.zero_point[0])
    still = ~rows.any(axis=1)
    bias = np.where(still, (step.zero_point - zero_point) << 2, step.bias)
    lane = pack.lanes[0]
    offset = (zero_point << lane) + (1 << (lane - 1))
    return bias, filled(np.where(still, 1 << 30, multipliers)).reshape(-1, 4), offset


def pairs_fields(pack: Qpack, site: Site, rows: Array) -> dict[str, Field]:
    """stream, offset and bounds; ModelError where an accumulator could leave int32."""
    bounds = requant_fields(site, clamp_of(site), rows.shape[0])
    comment = f"weights {list(rows.shape)}: out, in; Q-pack of {pack.bits} bits, with bias and requantisation"
    stream, offset = pack_pairs(pack, site, rows)
    weights = Table("weights", stream, comment, encoding=pack.encoding)
    return {"stream": weights, "offset": offset, "low": bounds["low"], "high": bounds["high"]}


def qpack_fields(pack: Qpack, site: Site, rows: Array) -> dict[str, Field]:
    """weights and bounds; ModelError where an accumulator could leave int32."""
    bounds = requant_fields(site, clamp_of(site), rows.shape[0])
    comment = f"weights {list(rows.shape)}: out, in; Q-pack of {pack.bits} bits, with bias and requantisation"
    weights = Table("weights", pack_stream(pack, site, rows), comment, encoding=pack.encoding)
    return {"weights": weights, "low": bounds["low"], "high": bounds["high"]}


def clamp_of(site: Site) -> Clamp:
    assert isinstance(site.op.operator, Conv2d | Dense)
    return site.op.operator.clamp


def qpack_fits(pack: Qpack) -> tuple[Predicate, ...]:
    """After `constant("w", "b")`: what makes Q-pack exact."""
    lanes = ", ".join(map(str, pack.lanes))
    return (
        Predicate(f"sums of each four channels, shifted by {lanes} bits, must stay below 2^31", _sums_fit(pack)),
        Predicate(f"requantisation shifts less 32, plus {lanes}, must lie between 1 and {MAX_STEPS}", _in_range(pack)),
    )


def _lanes(pack: Qpack, channels: int) -> Array:
    return np.resize(np.array(pack.lanes, np.int64), channels)


def _channels(site: Site) -> int:
    weights = site.array("w")
    assert weights is not None
    return int(weights.shape[0])


def _sums_fit(pack: Qpack) -> Callable[[Site], bool]:
    def holds(site: Site) -> bool:
        channels = _channels(site)
        return bool((largest_sums(site, channels) < np.int64(1) << (31 - _lanes(pack, channels))).all())

    return holds


def _in_range(pack: Qpack) -> Callable[[Site], bool]:
    def holds(site: Site) -> bool:
        channels = _channels(site)
        k = two_step(site, clamp_of(site), channels).k + _lanes(pack, channels)
        return bool((k >= 1).all() and (k <= MAX_STEPS).all())

    return holds
