"""What kernels take at layers of many sizes (cost_layers.py) on an emulated board."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

from benchmarks.cost_layers import Layers, models
from tinyc.codegen.project import write as write_project
from tinyc.driver import BuildResult, Options, build
from tinyc.emulate import profile_project
from tinyc.emulate.twin import emulated
from tinyc.host.samples import random_samples, to_bytes
from tinyc.kernels.record import Kernel, Site
from tinyc.lower import lower as lowering
from tinyc.lower.goal import Goal
from tinyc.lower.select import Costs, candidates, site_of
from tinyc.recipe import load_recipe, parse
from tinyc.targets import Board


@dataclass(frozen=True, slots=True)
class Format:
    """Numbers that layers are measured in: the recipe's step, and how many models of each family are enough."""

    step: str
    models: int
    weightless: bool


FORMATS = (
    Format("quantize(weights=int8)", 2, weightless=True),
    Format("", 1, weightless=True),
    Format("quantize(weights=int4)", 1, weightless=False),
    Format("quantize(weights=int2)", 1, weightless=False),
    Format("quantize(weights=int8, activations=int16)", 1, weightless=False),
)
"""By the quickest way: what a kernel takes does not depend on how its weights were rounded."""
_MAX_ROUNDS = 12
_ANY_FLASH = 1 << 30
_RIVAL = 3.0
"""Kernels that their records price so many times as high as the cheapest are not measured: they do not compete."""
_OPTIONS = Options(channels_last_inputs=True, optimize=Goal.TIME.value)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One kernel at one layer, and what it took: cycles of the model where it describes the core, else instructions."""

    kernel: Kernel
    site: Site
    took: int

    @property
    def counts(self) -> dict[str, int]:
        return self.kernel.counts(self.site)

    def estimate(self, measured: Mapping[str, float]) -> float:
        """By prices that were measured, or by the record's where they are missing."""
        price = self.kernel.prices(measured)
        return sum(count * price[name] for name, count in self.counts.items())


def rivals(site: Site, board: Board) -> list[Kernel]:
    """Kernels of a site by the prices of their records, cheapest first, up to `_RIVAL` times the cheapest; those that
    trade flash for time among them.
    """
    fitting = [
        (one.cycles, one.kernel) for one in candidates(site, board, {}, Goal.TIME, _ANY_FLASH) if one.cycles is not None
    ]
    return [kernel for cycles, kernel in fitting if cycles <= _RIVAL * fitting[0][0]]


@dataclass
class Nth:
    """Stands in for the choice of kernels: the rival of this number at each site, the first where there are fewer."""

    number: int
    counts: dict[str, int] = field(default_factory=dict)

    def __call__(
        self, site: Site, board: Board, costs: Costs, goal: Goal = Goal.BALANCED, spare_flash: int = 0
    ) -> Kernel:
        kernels = rivals(site, board)
        self.counts[site.op.name] = len(kernels)
        return kernels[self.number if self.number < len(kernels) else 0]

    def is_next(self, op_name: str) -> bool:
        """True if the op has a kernel of this number."""
        return self.number < self.counts[op_name]


def measure_all(board: Board) -> Iterator[Measurement]:
    """Every kernel at every layer where it may be the best."""
    for form in FORMATS:
        for net in models(form.models):
            if form.weightless or net.has_weights:
                yield from measure(net, f"include float\n{form.step}\n", board)


def measure(net: Layers, recipe: str, board: Board) -> Iterator[Measurement]:
    """Every rival of every layer of a model under a recipe."""
    with tempfile.TemporaryDirectory() as folder:
        model, samples = net.write(Path(folder))
        for number in range(_MAX_ROUNDS):
            choice = Nth(number)
            with patch.object(lowering, "choose", choice):
                yield from _round(build(model, board, parse(recipe, net.name, load_recipe), _OPTIONS, samples), choice)
            if number + 1 >= max(choice.counts.values()):
                return


def _round(result: BuildResult, choice: Nth) -> Iterator[Measurement]:
    graph, kernels = lowering.arranged(result.graph, result.board, result.goal)
    ops = {op.name: op for op in graph.ops}
    for call, took in zip(result.program.calls, profiled(result), strict=True):
        if choice.is_next(call.name) and not kernels[call.name].is_view:
            yield Measurement(kernels[call.name], site_of(graph, ops[call.name]), took)


def measure_model(model: Path, board: Board, goal: str) -> Iterator[Measurement]:
    """Every layer of a model with the kernel that a build chooses."""
    result = build(model, board, load_recipe("float"), replace(_OPTIONS, optimize=goal))
    _, kernels, sites = lowering.chosen(result.graph, board, result.goal)
    for call, took in zip(result.program.calls, profiled(result), strict=True):
        yield Measurement(kernels[call.name], sites[call.name], took)


def profiled(result: BuildResult) -> list[int]:
    """What each call of a build takes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(result.project, folder / "project")
        one = to_bytes(random_samples(result.program.inputs, 1, 1), result.program.inputs)
        machine = emulated(result.board)
        found = profile_project(folder / "project", machine, one, 1, work_dir=folder, timeout=600)
    use_cycles = result.board.core.cycle_model
    cycles = [cost.cycles_model if use_cycles else cost.instructions for cost in found.layers]
    assert all(count is not None for count in cycles), f"the cycle model of {result.board.name} counted nothing"
    return [count for count in cycles if count is not None]
