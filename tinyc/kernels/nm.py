"""Weights of which n of every m neighbouring inputs are not zero, for kernels."""

from __future__ import annotations

from tinyc.coding.nm import Ratio, ratio_of
from tinyc.kernels.pixels import weight_rows
from tinyc.kernels.record import Predicate, Site, Table

ENCODING = "nm"


def ratio_at(site: Site) -> Ratio:
    """The same where FEW_ENOUGH holds."""
    ratio = ratio_of(weight_rows(site))
    assert ratio is not None
    return ratio


def stream_table(site: Site) -> Table:
    rows, ratio = weight_rows(site), ratio_at(site)
    comment = f"weights {list(rows.shape)}: out, in; {ratio.n} of {ratio.m}"
    return Table("weights", ratio.packed(rows), comment, encoding=ENCODING)


FEW_ENOUGH = Predicate(
    "of every 4 or of every 8 neighbouring inputs half the weights or more must be zero",
    lambda site: ratio_of(weight_rows(site)) is not None,
)
