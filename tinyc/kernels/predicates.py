"""Named conditions of kernels, each with the words that a refusal prints."""

from __future__ import annotations

from tinyc.ir.types import DType, Layout
from tinyc.kernels.record import Predicate, Site


def channels_last(*slots: str) -> Predicate:
    """Tensors of rank 3 and more lie channels-last (or in an order that is the same in memory)."""

    def holds(site: Site) -> bool:
        kinds = [site.type(slot) for slot in slots]
        return all(kind.same_memory(kind.with_layout(Layout.CHANNELS_LAST)) for kind in kinds)

    return Predicate(f"{', '.join(slots)} must lie channels-last", holds)


def constant(*slots: str) -> Predicate:
    """Inputs that must be known at compile time (a missing optional input is fine)."""

    def holds(site: Site) -> bool:
        indices = [site.slot(slot) for slot in slots]
        return all(i >= len(site.inputs) or site.inputs[i] is None or site.constants[i] is not None for i in indices)

    return Predicate(f"{', '.join(slots)} must be constant", holds)


def same_quant(*slots: str) -> Predicate:
    """All these tensors have the same scale and zero point."""
    return Predicate(
        f"{', '.join(slots)} must have the same scale and zero point",
        lambda site: len({site.type(slot).quant for slot in slots}) == 1,
    )


def same_layout(*slots: str) -> Predicate:
    """All these tensors lie in the same order of axes."""

    def holds(site: Site) -> bool:
        first = site.type(slots[0]).order
        return all(site.type(slot).order == first for slot in slots[1:])

    return Predicate(f"{', '.join(slots)} must lie in the same order", holds)


def element_bytes(count: int) -> Predicate:
    """Elements of the first input have this many bytes."""

    def holds(site: Site) -> bool:
        return site.outputs[0].dtype.bytes == count

    return Predicate(f"elements must have {count} bytes", holds)


def linear(*slots: str) -> Predicate:
    """Tensors lie in the order of their logical axes (or in an order that is the same in memory)."""

    def holds(site: Site) -> bool:
        kinds = [site.type(slot) for slot in slots]
        return all(kind.same_memory(kind.with_layout(Layout.LINEAR)) for kind in kinds)

    return Predicate(f"{', '.join(slots)} must lie linear", holds)


def stored_as(dtype: DType) -> Predicate:
    """Elements of the first output have this format, quantised or plain."""
    return Predicate(f"elements must be {dtype.value}", lambda site: site.outputs[0].dtype is dtype)
