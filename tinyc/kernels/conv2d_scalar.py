"""Kernels of convolution and of many-rowed fully connected layers for cores without DSP."""

from __future__ import annotations

from collections.abc import Mapping

from tinyc.kernels.pairs import PAIRS_FITS, pairs_fields
from tinyc.kernels.pixels import PIXEL_FITS, in_tiles, pixel_count, pixel_shape, tap_count, weight_rows, window_runs
from tinyc.kernels.record import Field, Kernel, Params, Site, register


def _params(site: Site) -> Params:
    x, packed = site.type("x"), pairs_fields(site, weight_rows(site))
    assert x.quant is not None
    fields: dict[str, Field] = {
        "shape": Params("tc_conv2d_shape", pixel_shape(site)),
        "weights": packed["weights"],
        "constants": packed["constants"],
        "in_zero_point": x.quant.zero_point[0],
        "low": packed["low"],
        "high": packed["high"],
    }
    return Params("tc_conv2d_s8_pairs", fields)


def _quads(site: Site) -> int:
    inputs: int = weight_rows(site).shape[1]
    return -(-inputs // 4)


def _scratch(site: Site) -> int:
    in_channels: int = weight_rows(site).shape[1] // tap_count(site)
    return 32 * _quads(site) + in_channels


def _work(site: Site) -> Mapping[str, int]:
    """Of whole tiles: four pixels, four inputs."""
    channels, passes = len(weight_rows(site)), -(-pixel_count(site) // 4)
    outputs, inputs = passes * 4 * channels, 4 * _quads(site)
    columns = passes * weight_rows(site).shape[1]
    runs = window_runs(site, 4)
    return {"macs": outputs * inputs, "outputs": outputs, "passes": passes, "columns": columns, "runs": runs}


register(*(
    Kernel(
        name="tc_conv2d_s8_scalar", op=op, source="conv/tc_conv2d_s8_scalar.c",
        reads={"x": "s8", "w": "s8:dense", "y": "s8"}, fits=(*fits, *PAIRS_FITS), params=_params,
        overlap={"x": lambda site: in_tiles(site, 4, quads=False)}, scratch=_scratch,
        work=_work, cost={"macs": 2.6, "outputs": 23.0, "passes": 345.0, "columns": 13.0, "runs": 180.0},
    )
    for op, fits in PIXEL_FITS.items()
))  # fmt: skip
