"""Where the arena is fullest, and what would follow if that were not."""

from __future__ import annotations

from typing import Any

from tinyc.lower.program import ARENA, Call, Program


def memory_document(program: Program) -> dict[str, Any]:
    """The report's `memory`: the call that decides the arena's size, what lives then, the second largest moment, and
    the streams.

    `next_steps` are added by those who can build the model another way.
    """
    peak = peak_call(program)
    same = range(0) if peak is None else together(program, peak)
    others = [call.live_bytes for number, call in enumerate(program.calls) if number not in same]
    return {
        "peak": None if peak is None else _peak(program, peak),
        "next_peak": max(others, default=0),
        "next_steps": [],
        "streams": [
            {
                "name": stream.name,
                "call": stream.first,
                "last_call": stream.last,
                "strips": max(len(stream.strips), 1),
                "repeated_macs": stream.repeated_macs,
            }
            for stream in program.streams
        ],
    }


def peak_call(program: Program) -> int | None:
    """The number of the call during which most bytes of the arena hold something, the first of several."""
    numbers = range(len(program.calls))
    return max(numbers, key=lambda number: (program.calls[number].live_bytes, -number), default=None)


def together(program: Program, number: int) -> range:
    """The calls that run by turns with this one: those of its stream, or it alone."""
    for stream in program.streams:
        if stream.first <= number <= stream.last:
            return range(stream.first, stream.last + 1)
    return range(number, number + 1)


def _peak(program: Program, number: int) -> dict[str, Any]:
    call: Call = program.calls[number]
    live = [b for b in program.buffers if b.memory == ARENA and b.first <= number <= b.last]
    return {
        "call": number,
        "last_call": together(program, number)[-1],
        "stream": None if call.stage is None else call.stage.stream,
        "layer": call.name,
        "op": call.kind,
        "kernel": call.kernel,
        "bytes": call.live_bytes,
        "buffers": [
            {"name": buffer.name, "role": buffer.role.value, "bytes": buffer.bytes}
            for buffer in sorted(live, key=lambda buffer: (-buffer.bytes, buffer.name))
        ],
    }
