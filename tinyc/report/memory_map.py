"""The arena over time as a picture: calls from left to right, bytes from bottom to top, each buffer a rectangle."""

from __future__ import annotations

from dataclasses import dataclass

from tinyc.lower.program import ARENA
from tinyc.report.record import Document

WIDTH = 1040
HEIGHT = 420
_LEFT = 70
_BOTTOM = 24
_TOP = 26
_LABEL_WIDTH = 60
_HATCH_STEP = 7
_NEAR_BUDGET = 1.5
"""A budget of no more than so many arenas is drawn; a larger one would leave the picture empty."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """One buffer, in pixels of the picture. `label` is shown where it has room, `tooltip` always."""

    x: float
    y: float
    width: float
    height: float
    role: str
    label: str
    tooltip: str


@dataclass(frozen=True, slots=True)
class Hatch:
    """Bytes that an output takes over from an input while a call reads it: strokes as an SVG path."""

    path: str
    tooltip: str


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line at a number of bytes: `kind` is bound or budget."""

    y: float
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on an axis."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class MemoryMap:
    """All shapes of the picture. `peak` is the moment at which most bytes live; None for an empty arena. `columns` are
    the calls, behind everything else.
    """

    width: int
    height: int
    left: int
    columns: tuple[Rectangle, ...]
    rectangles: tuple[Rectangle, ...]
    hatches: tuple[Hatch, ...]
    levels: tuple[Level, ...]
    byte_ticks: tuple[Tick, ...]
    call_ticks: tuple[Tick, ...]
    peak: Rectangle | None


def memory_map(report: Document) -> MemoryMap:
    """The picture of a report's buffers."""
    arena, budget = report["ram"]["arena"], arena_budget(report)
    top = budget if arena < budget <= _NEAR_BUDGET * arena else arena
    scale = _Scale(top, len(report["layers"]))
    buffers = [buffer for buffer in report["buffers"] if buffer["memory"] == ARENA]
    bound = report["lower_bounds"]["arena"]
    levels = [Level(scale.y(bound), "bound", f"lower bound {bound:,}")]
    if budget <= top:
        levels.append(Level(scale.y(budget), "budget", f"budget {budget:,} (RAM without the stack)"))
    return MemoryMap(
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        columns=tuple(_column(number, layer, scale) for number, layer in enumerate(report["layers"])),
        rectangles=tuple(_rectangle(buffer, scale) for buffer in buffers),
        hatches=tuple(_hatches(buffers, scale)),
        levels=tuple(levels),
        byte_ticks=tuple(Tick(_LEFT - 6, scale.y(count) + 4, f"{count:,}") for count in scale.byte_marks()),
        call_ticks=tuple(Tick(scale.x(call + 0.5), HEIGHT - 8, f"{call}") for call in scale.call_marks()),
        peak=_peak(report, scale),
    )


def arena_budget(report: Document) -> int:
    """What the board's RAM budget leaves for the arena: without the stack's share, or its bound if more."""
    budget = report["board"]["budget"]
    return int(budget["ram"]) - max(int(budget["stack"]), int(report["ram"]["stack"] or 0))


@dataclass(frozen=True, slots=True)
class _Scale:
    """Calls -1 (before the first) to `calls` (after the last), and bytes, to pixels."""

    top_bytes: int
    calls: int

    def x(self, call: float) -> float:
        return round(_LEFT + (call + 1) * (WIDTH - _LEFT) / (self.calls + 2), 2)

    def y(self, offset: int) -> float:
        room = HEIGHT - _BOTTOM - _TOP
        return round(HEIGHT - _BOTTOM - offset * room / max(self.top_bytes, 1), 2)

    def byte_marks(self) -> list[int]:
        return [self.top_bytes * quarter // 4 for quarter in range(5)]

    def call_marks(self) -> range:
        return range(0, self.calls, max(1, -(-self.calls // 30)))


def _column(number: int, layer: Document, scale: _Scale) -> Rectangle:
    left, top = scale.x(number), scale.y(scale.top_bytes)
    width, height = round(scale.x(number + 1) - left, 2), round(scale.y(0) - top, 2)
    role = "even" if number % 2 == 0 else "odd"
    return Rectangle(left, top, width, height, role, "", f"{_call(number, layer)}: {layer['arena_live']:,} bytes live")


def _call(number: int, layer: Document) -> str:
    return f"call {number}, {layer['name']} ({layer['kernel']})"


def _rectangle(buffer: Document, scale: _Scale) -> Rectangle:
    left, right = scale.x(buffer["first"]), scale.x(buffer["last"] + 1)
    top, bottom = scale.y(buffer["offset"] + buffer["bytes"]), scale.y(buffer["offset"])
    end = buffer["offset"] + buffer["bytes"]
    tooltip = (
        f"{buffer['name']} ({buffer['role']}): {buffer['bytes']} bytes at {buffer['offset']}..{end}, "
        f"calls {buffer['first']} to {buffer['last']}"
        + "".join(f", written over {name} while that is read" for name in buffer["over"])
    )
    width, height = round(right - left, 2), round(max(bottom - top, 1.0), 2)
    label = buffer["name"][: int(width // 7)] if width > _LABEL_WIDTH and height > 14 else ""
    return Rectangle(left, top, width, height, buffer["role"], label, tooltip)


def _hatches(buffers: list[Document], scale: _Scale) -> list[Hatch]:
    by_name = {buffer["name"]: buffer for buffer in buffers}
    pairs = [(output, by_name[name]) for output in buffers for name in output["over"] if name in by_name]
    return [_hatch(output, read, scale) for output, read in pairs]


def _hatch(output: Document, read: Document, scale: _Scale) -> Hatch:
    """Strokes at 45 degrees over the bytes and calls that two buffers have in common."""
    low = max(output["offset"], read["offset"])
    high = min(output["offset"] + output["bytes"], read["offset"] + read["bytes"])
    left = scale.x(max(output["first"], read["first"]))
    right = scale.x(min(output["last"], read["last"]) + 1)
    top, bottom = scale.y(high), scale.y(low)
    strokes, start = [], left - (bottom - top)
    while start < right:
        x0, x1 = max(start, left), min(start + bottom - top, right)
        if x1 > x0:
            strokes.append(f"M{x0:.1f} {bottom - (x0 - start):.1f}L{x1:.1f} {bottom - (x1 - start):.1f}")
        start += _HATCH_STEP
    text = f"{high - low:,} bytes of {read['name']} are written over with {output['name']} while they are read"
    return Hatch("".join(strokes), text)


def _peak(report: Document, scale: _Scale) -> Rectangle | None:
    found = report["memory"]["peak"]
    if found is None:
        return None
    during = f"call {found['call']}, {found['layer']} ({found['op']})"
    if found["stream"] is not None:
        during = f"calls {found['call']} to {found['last_call']}, the stream {found['stream']}"
    text = f"peak: {found['bytes']:,} bytes live during {during}"
    left, right = scale.x(found["call"]), scale.x(found["last_call"] + 1)
    top = scale.y(scale.top_bytes)
    return Rectangle(left, top, round(right - left, 2), round(scale.y(0) - top, 2), "peak", text, text)
