"""What a model costs on a board: instructions and modelled cycles, for the whole and for each layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tinyc.emulate.image import DEFAULT_OPTIMIZATION, Harness, build_image
from tinyc.emulate.plugin import Count, plugin_flags, read_counts
from tinyc.emulate.run import DEFAULT_TIMEOUT_SECONDS, ICOUNT, RunResult, Segment, run_image
from tinyc.errors import ToolFailed, ToolMissing
from tinyc.targets import Board

_NANOSECONDS = 1_000_000_000

CYCLE_MODEL = (
    "Cortex-M4 pipeline with zero wait states (runtime_c/emulate/cycle_model.c); measured on the STM32L4R5 at 120 MHz "
    "with weights in flash, four nets took 1.18 to 1.28 times these cycles"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Per inference, the mean of all samples. `cycles_model` is None where the model does not describe the core."""

    instructions: int
    cycles_model: int | None


@dataclass(frozen=True, slots=True)
class Profile:
    """`layers` follow the manifest; a layer without code of its own costs nothing. `method` says how it was counted."""

    total: Cost
    layers: tuple[Cost, ...]
    stack_high_water: int
    method: str


def profile_project(
    project_dir: Path,
    board: Board,
    inputs: bytes,
    samples: int,
    *,
    work_dir: Path,
    optimization: str = DEFAULT_OPTIMIZATION,
    timeout: float = DEFAULT_TIMEOUT_SECONDS,
) -> Profile:
    """Build the project twice, plain and with its hooks, run both, and count. `samples` is at least 1.

    The total has no hooks in it; the layers' counts are freed of what the hooks themselves cost. Errors as for
    build_image and run_image. Without a working plugin the counts come from the emulated clock: see `method`.
    """
    assert samples > 0, "nothing to measure"
    plain, hooked = (
        build_image(project_dir, board, work_dir=work_dir, harness=harness, optimization=optimization)
        for harness in (Harness.RUN, Harness.PROFILE)
    )
    counter = _counter(work_dir, board)
    whole = run_image(plain, inputs, samples, timeout=timeout, qemu_flags=counter.qemu_flags)
    parts = run_image(hooked, inputs, samples, timeout=timeout, qemu_flags=counter.qemu_flags)
    cycles_known = counter.counts_cycles and board.core.cycle_model
    layer_counts = _per_layer(parts.segments, counter.counts(parts), len(hooked.manifest.layers))
    return Profile(
        total=_cost(counter.counts(whole), samples, cycles_known),
        layers=tuple(_cost(counts, samples, cycles_known) for counts in layer_counts),
        stack_high_water=whole.stack_high_water,
        method=counter.method,
    )


@dataclass(frozen=True, slots=True)
class Counter:
    """How segments are counted: by the plugin, or, where it cannot be had, by the emulated clock."""

    method: str
    qemu_flags: tuple[str, ...]
    counts_cycles: bool
    instructions_per_tick: int

    def counts(self, result: RunResult) -> list[Count]:
        """One count for each of the run's segments."""
        if self.counts_cycles:
            assert result.counted is not None, "the plugin left no file"
            counts = list(read_counts(result.counted))
            assert len(counts) == len(result.segments), "the plugin and the harness saw different segments"
            return counts
        return [Count(self._instructions(segment), 0) for segment in result.segments]

    def _instructions(self, segment: Segment) -> int:
        if segment.ticks is None:
            raise ToolFailed("the model runs longer than the emulated clock can tell", hint=self.method)
        return segment.ticks * self.instructions_per_tick


def _counter(work_dir: Path, board: Board) -> Counter:
    try:
        flags = plugin_flags(work_dir, board.core.architecture.qemu)
    except (ToolMissing, ToolFailed) as reason:
        return clock_counter(board, reason.reason)
    return Counter("counted by a QEMU plugin, instruction by instruction", flags, True, 0)


def clock_counter(board: Board, reason: str) -> Counter:
    """Counting without the plugin, which is not there for this `reason`."""
    per_tick = _NANOSECONDS // board.clock_hz
    method = (
        f"by the emulated clock, to within {per_tick} instructions per layer, as the plugin cannot be had: {reason}"
    )
    return Counter(method, ICOUNT, False, per_tick)


def _per_layer(segments: Sequence[Segment], counts: Sequence[Count], layer_count: int) -> list[list[Count]]:
    """The counts of each layer, freed of what the hooks cost: the first segment holds nothing else."""
    hooks, *rest = counts
    layers: list[list[Count]] = [[] for _ in range(layer_count)]
    for segment, count in zip(segments[1:], rest, strict=True):
        assert segment.layer is not None, "an inference among layers"
        layers[segment.layer].append(
            Count(max(count.instructions - hooks.instructions, 0), max(count.cycles - hooks.cycles, 0))
        )
    return layers


def _cost(counts: Sequence[Count], samples: int, cycles_known: bool) -> Cost:
    instructions = round(sum(count.instructions for count in counts) / samples)
    cycles = round(sum(count.cycles for count in counts) / samples)
    return Cost(instructions, cycles if cycles_known else None)
