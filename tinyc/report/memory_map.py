"""The arena over time as a picture: calls from left to right, bytes from bottom to top, each buffer a rectangle."""

from __future__ import annotations

from dataclasses import dataclass

from tinyc.lower.program import ARENA
from tinyc.report.record import Document

WIDTH = 1040
HEIGHT = 360
_LEFT = 70
_BOTTOM = 24
_TOP = 26
_LABEL_WIDTH = 60


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
class Tick:
    """A number on an axis."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class MemoryMap:
    """All shapes of the picture. `peak` is the moment at which most bytes live; None for an empty arena."""

    width: int
    height: int
    rectangles: tuple[Rectangle, ...]
    byte_ticks: tuple[Tick, ...]
    call_ticks: tuple[Tick, ...]
    peak: Rectangle | None


def memory_map(report: Document) -> MemoryMap:
    """The picture of a report's buffers."""
    scale = _Scale(report["ram"]["arena"], len(report["layers"]))
    buffers = [buffer for buffer in report["buffers"] if buffer["memory"] == ARENA]
    return MemoryMap(
        width=WIDTH,
        height=HEIGHT,
        rectangles=tuple(_rectangle(buffer, scale) for buffer in buffers),
        byte_ticks=tuple(Tick(_LEFT - 6, scale.y(count) + 4, f"{count:,}") for count in scale.byte_marks()),
        call_ticks=tuple(Tick(scale.x(call + 0.5), HEIGHT - 8, f"{call}") for call in scale.call_marks()),
        peak=_peak(report, scale),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Calls -1 (before the first) to `calls` (after the last), and bytes, to pixels."""

    arena_bytes: int
    calls: int

    def x(self, call: float) -> float:
        return round(_LEFT + (call + 1) * (WIDTH - _LEFT) / (self.calls + 2), 2)

    def y(self, offset: int) -> float:
        room = HEIGHT - _BOTTOM - _TOP
        return round(HEIGHT - _BOTTOM - offset * room / max(self.arena_bytes, 1), 2)

    def byte_marks(self) -> list[int]:
        return [self.arena_bytes * quarter // 4 for quarter in range(5)]

    def call_marks(self) -> range:
        return range(0, self.calls, max(1, -(-self.calls // 30)))


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


def _peak(report: Document, scale: _Scale) -> Rectangle | None:
    layers = report["layers"]
    if not layers:
        return None
    call = max(range(len(layers)), key=lambda number: (layers[number]["arena_live"], -number))
    live, name = layers[call]["arena_live"], layers[call]["name"]
    text = f"peak: {live:,} bytes live during call {call}, {name} ({layers[call]['op']})"
    left, right = scale.x(call), scale.x(call + 1)
    top = scale.y(scale.arena_bytes)
    return Rectangle(left, top, round(right - left, 2), round(scale.y(0) - top, 2), "peak", text, text)
