"""Kernels of fully connected layers and 1x1 convolutions with weights of 4 and 2 bits for cores with DSP."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tinyc.ir.types import Array
from tinyc.kernels.predicates import channels_last, constant, linear
from tinyc.kernels.qpack import QPACK2, QPACK4, Qpack, qpack_fields, qpack_fits
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register
from tinyc.ops.conv2d import Conv2d
from tinyc.targets.isa import Isa


def _matrix(site: Site) -> Array:
    weights = site.array("w")
    assert weights is not None
    return weights.reshape(weights.shape[0], -1)


def _row_count(site: Site) -> int:
    return site.type("y").elements // len(_matrix(site))


def _params(pack: Qpack) -> Callable[[Site], Params]:
    def params(site: Site) -> Params:
        channels, inputs = _matrix(site).shape
        shape = {"rows": _row_count(site), "in_features": inputs, "out_features": channels}
        return Params("tc_dense_s8_qpack", shape | qpack_fields(pack, site, _matrix(site)))

    return params


def _quads(site: Site) -> int:
    inputs: int = _matrix(site).shape[1]
    return -(-inputs // 4)


def _work(rows_at_once: int) -> Callable[[Site], Mapping[str, int]]:
    """Of whole tiles: four channels and four inputs, `rows_at_once` rows."""

    def work(site: Site) -> Mapping[str, int]:
        spills, channels = len(_matrix(site)) % 4 > 0, -(-len(_matrix(site)) // 4) * 4
        passes = -(-_row_count(site) // rows_at_once)
        outputs, quads = passes * rows_at_once * channels, _quads(site)
        return {
            "macs": outputs * 4 * quads, "outputs": outputs, "passes": passes, "quads": passes * quads,
            "spills": passes * spills,
        }  # fmt: skip

    return work


def is_matrix(site: Site) -> bool:
    conv = site.op.operator
    assert isinstance(conv, Conv2d)
    window = conv.window
    ones = {*window.kernel, *window.strides} == {1}
    return ones and not any((*window.begin, *window.end)) and conv.groups == 1


_CONV = (constant("w", "b"), channels_last("x", "y"), Predicate("must be 1x1, stride 1, one group", is_matrix))
_DENSE = (constant("w", "b"), linear("x", "y"))


def _kernel(pack: Qpack, op: str, rows_at_once: int) -> Kernel:
    several = rows_at_once > 1
    name = f"tc_dense_rows_s8w{pack.bits}_dsp" if several else f"tc_dense_s8w{pack.bits}_dsp"
    return Kernel(
        name=name, op=op, source=f"dense/{name}.c", needs=Isa.DSP,
        reads={"x": "s8", "w": f"s8:{pack.encoding}", "y": "s8"},
        fits=(*(_CONV if op == "conv2d" else _DENSE), *qpack_fits(pack)), params=_params(pack),
        scratch=lambda site: 8 * rows_at_once * _quads(site), work=_work(rows_at_once),
        cost={
            "macs": 0.97 if several else 1.25, "outputs": 12.0, "passes": 130.0, "quads": 16.0 if several else 9.0,
            "spills": 100.0,
        },
    )  # fmt: skip


register(*(_kernel(pack, op, rows) for pack in (QPACK4, QPACK2) for op in ("dense", "conv2d") for rows in (1, 2)))
