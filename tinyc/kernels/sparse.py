"""Kernels of weighted sums that leave out zero weights, for every core."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tinyc.kernels.access import rows, together, window_axes, windows
from tinyc.kernels.conv2d import shape_fields
from tinyc.kernels.conv2d_dsp import STRIP_FITS
from tinyc.kernels.lists import BLOCKS, SHORT_ENOUGH, SINGLE, Lists
from tinyc.kernels.matrix import DENSE_FITS, matrix, row_count
from tinyc.kernels.overlap import Access
from tinyc.kernels.pixels import weight_rows
from tinyc.kernels.record import Kernel, Params, Predicate, Site, register


def _conv_params(lists: Lists) -> Callable[[Site], Params]:
    def params(site: Site) -> Params:
        x = site.type("x").quant
        assert x is not None
        return Params("tc_conv2d_s8_sparse", {
            "shape": Params("tc_conv2d_shape", shape_fields(site)),
            "weights": lists.rows_params(site, weight_rows(site)),
            "in_zero_point": x.zero_point[0],
        })  # fmt: skip

    return params


def _dense_params(lists: Lists) -> Callable[[Site], Params]:
    def params(site: Site) -> Params:
        weights = lists.rows_params(site, matrix(site))
        shape = {"rows": row_count(site), "in_features": matrix(site).shape[1]}
        return Params("tc_dense_s8_sparse", {**shape, "weights": weights})

    return params


def _conv_work(lists: Lists) -> Callable[[Site], Mapping[str, int]]:
    def work(site: Site) -> Mapping[str, int]:
        weights, y = weight_rows(site), site.type("y")
        pixels = y.elements // len(weights)
        return {
            "entries": pixels * lists.count(weights), "outputs": y.elements, "inputs": pixels * weights.shape[1],
            "pixels": pixels,
        }  # fmt: skip

    return work


def _dense_work(lists: Lists) -> Callable[[Site], Mapping[str, int]]:
    return lambda site: {"entries": row_count(site) * lists.count(matrix(site)), "outputs": site.type("y").elements}


def _one_after_another(site: Site) -> Access:
    """The window of a pixel is gathered before its outputs are written."""
    shape = shape_fields(site)
    return windows(site, window_axes(shape), together(site.type("x").shape[1], site.type("y").shape[1]))


def _row_after_row(site: Site) -> Access:
    return rows(site, len(matrix(site)), 1, in_turn=True)


def _inputs(site: Site) -> int:
    return int(weight_rows(site).shape[1])


_EVEN = Predicate("an even number of inputs", lambda site: site.type("w").elements // site.type("w").shape[0] % 2 == 0)


def _kernels(lists: Lists, name: str, fits: tuple[Predicate, ...], entry_cycles: float) -> tuple[Kernel, Kernel]:
    conv, dense = f"tc_conv2d_{name}_s8_ref", f"tc_dense_{name}_s8_ref"
    reads = {"x": "s8", "w": f"s8:{lists.encoding}", "y": "s8"}
    return (
        Kernel(
            name=conv, op="conv2d", source=f"conv/{conv}.c", reads=reads, fits=(*STRIP_FITS, SHORT_ENOUGH, *fits),
            params=_conv_params(lists), scratch=_inputs, overlap={"x": _one_after_another}, work=_conv_work(lists),
            cost={"entries": entry_cycles, "outputs": 100.0, "inputs": 2.0, "pixels": 150.0},
        ),
        Kernel(
            name=dense, op="dense", source=f"dense/{dense}.c", reads=reads, fits=(*DENSE_FITS, SHORT_ENOUGH, *fits),
            params=_dense_params(lists), overlap={"x": _row_after_row}, work=_dense_work(lists),
            cost={"entries": entry_cycles, "outputs": 100.0},
        ),
    )  # fmt: skip


register(*_kernels(SINGLE, "sparse", (), 12.0), *_kernels(BLOCKS, "blocks", (_EVEN,), 44.0))
