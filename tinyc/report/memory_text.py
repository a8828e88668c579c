"""The memory plan in words: its peak, what lives then, what to do next; and as a picture of letters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tinyc.lower.program import ARENA
from tinyc.report.record import Document

_NAMED_BUFFERS = 4
_CELLS = 64
_LETTERS = {"input": "i", "output": "o", "activation": "a", "scratch": "s", "state": "t"}
_FREE, _SHARED = ".", "#"
LEGEND = "a letter for each 1/64 of the arena: i input, o output, a activation, s scratch, t state, # shared, . free"


def peak_line(report: Document) -> str:
    """The call that decides the arena's size, with the buffers that live then; empty without calls."""
    peak = report["memory"]["peak"]
    if peak is None:
        return ""
    most = [f"{buffer['name']} {buffer['bytes']:,}" for buffer in peak["buffers"][:_NAMED_BUFFERS]]
    more = [f"{len(peak['buffers']) - _NAMED_BUFFERS} more"] if len(peak["buffers"]) > _NAMED_BUFFERS else []
    named = f"{_place(peak)}: {', '.join(most + more)}"
    return f"peak: {peak['bytes']:,} bytes during {named}; {bound_text(report)}"


def strip_lines(report: Document) -> list[str]:
    """Of each stream that works in strips of columns: how many, and what they cost."""
    return [
        f"{stream['name']} works in {stream['strips']} strips of columns"
        + (f", and does {stream['repeated_macs']:,} MACs again" if stream["repeated_macs"] > 0 else "")
        for stream in report["memory"]["streams"]
        if stream["strips"] > 1
    ]


def bound_text(report: Document) -> str:
    """What is proven of the arena's size."""
    bounds, arena = report["lower_bounds"], report["ram"]["arena"]
    order = "in any order" if bounds["any_order"] == bounds["arena"] else "in this order"
    if bounds["optimal"] and bounds["arena"] < arena:
        return f"proven: no plan of these calls in this order is below {arena:,}"
    return f"no plan of these calls {order} is below {bounds['arena']:,}"


def _place(peak: Document) -> str:
    return f"the stream {peak['stream']}" if peak["stream"] else f"{peak['layer']} ({peak['kernel']})"


def step_text(step: Document) -> str:
    """One next step: what to ask for, what it saves and what it costs."""
    if step["saves"] is None:
        return f"{step['what']}: tinyc inspect MODEL --board B --memory says what it saves"
    cycles = "" if step["cycles"] is None else f"{100 * step['cycles']:+.1f} % cycles (estimate)"
    costs = "; ".join(part for part in (cycles, step["costs"]) if part)
    return f"{step['what']} saves {step['saves']:,} bytes: {costs}"


def pictured(report: Document) -> list[tuple[str, str, str, str]]:
    """A row for each call: its number, its layer, its live bytes, and the arena's bytes in letters."""
    buffers = [buffer for buffer in report["buffers"] if buffer["memory"] == ARENA]
    peak = report["memory"]["peak"]
    return [
        (
            str(number),
            layer["name"],
            f"{layer['arena_live']:,}",
            _bar(buffers, number, report["ram"]["arena"]) + (" < peak" if number == peak["call"] else ""),
        )
        for number, layer in enumerate(report["layers"])
    ]


def _bar(buffers: Sequence[Document], call: int, arena_bytes: int) -> str:
    live = [buffer for buffer in buffers if buffer["first"] <= call <= buffer["last"]]
    edges = [arena_bytes * cell // _CELLS for cell in range(_CELLS + 1)]
    return "".join(_letter(live, start, end) for start, end in pairwise(edges))


def _letter(live: Sequence[Document], start: int, end: int) -> str:
    """Of what takes most of a cell."""
    taken = [(_common(buffer, start, end), _LETTERS[buffer["role"]]) for buffer in live]
    taken = sorted((bytes_, letter) for bytes_, letter in taken if bytes_ > 0)
    if sum(bytes_ for bytes_, _ in taken) > end - start:
        return _SHARED
    return taken[-1][1] if taken else _FREE


def _common(buffer: Document, start: int, end: int) -> int:
    return min(int(buffer["offset"]) + int(buffer["bytes"]), end) - max(int(buffer["offset"]), start)
