"""`tinyc explain`: passes, operators, kernels, boards and recipes, from their own docstrings and records."""

from __future__ import annotations

import inspect as python
import re
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields
from functools import cache, partial
from pathlib import Path
from typing import Any

import tinyc.kernels
import tinyc.ops  # noqa: F401  (registers every operator and converter)
from tinyc.codegen.sources import kernel_path
from tinyc.driver import Options, prepare
from tinyc.emulate.twin import emulated
from tinyc.errors import TinycError, did_you_mean
from tinyc.inspect import LayerFacts, layer_facts
from tinyc.ir.graph import Operator
from tinyc.kernels.record import KERNELS, Kernel, kernels_for
from tinyc.lower.edges import separate_outputs
from tinyc.lower.encode import encoded
from tinyc.lower.goal import Goal
from tinyc.lower.offers import offers
from tinyc.ops.importing import CONVERTERS
from tinyc.passes.base import PASSES
from tinyc.recipe import Recipe, load_recipe, recipe_names, to_text
from tinyc.recipe.step import option_text
from tinyc.targets import Board, board_names, load_board

_ALL = "tinyc explain, without a name, lists all that there is"


class UnknownTopic(TinycError):
    """Nothing of this name can be explained."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Something with a name: its kind in a word, its first sentence, and a function that gives all there is to say."""

    name: str
    kind: str
    summary: str
    text: Callable[[], str]


def topics() -> list[Topic]:
    """Everything that can be explained, sorted by kind and name."""
    return sorted(_topics(), key=lambda topic: (topic.kind, topic.name))


def explain(name: str) -> str:
    """All there is to say under a name; UnknownTopic with the nearest names."""
    found = [topic for topic in topics() if topic.name == name]
    if not found:
        raise UnknownTopic(f'nothing is called "{name}"', hint=did_you_mean(name, {t.name for t in topics()}, _ALL))
    return "\n\n".join(f"{topic.name} ({topic.kind})\n\n{topic.text()}" for topic in found)


def explain_op(
    model: Path,
    op_name: str,
    board: Board,
    options: Options,
    recipe: Recipe | None = None,
    calibration: Path | None = None,
) -> LayerFacts:
    """The kernels of one op of a model, with what they take, and why one of them is chosen. UnknownTopic if the model
    has no such op.
    """
    _, context = prepare(model, recipe or load_recipe("float"), options, calibration, board)
    goal = Goal(options.optimize)
    graph = separate_outputs(encoded(context.stages[-1], board, goal).graph)
    for op in graph.ops:
        if op_name in (op.name, op.source):
            return layer_facts(graph, op, offers(graph, board, goal)[op.name])
    names = [name for op in graph.ops for name in (op.name, op.source) if name]
    raise UnknownTopic(f'{model.name} has no op called "{op_name}"', hint=did_you_mean(op_name, names))


def _topics() -> Iterator[Topic]:
    for word, cls in PASSES.items():
        yield Topic(word, "pass", _first(cls), partial(_pass_text, cls))
    for kind, operator in Operator.registry.items():
        yield Topic(kind, "operator", _first(operator), partial(_operator_text, operator))
    for domain, op_type in CONVERTERS:
        name = f"{domain}.{op_type}" if domain else op_type
        text = _onnx_text(domain, op_type)
        yield Topic(name, "ONNX operator", text.splitlines()[0], partial(str, text))
    for name in sorted({name for _, name in KERNELS}):
        records = [kernel for kernel in KERNELS.values() if kernel.name == name]
        summary = f"for {', '.join(kernel.op for kernel in records)}"
        yield Topic(name, "kernel", summary, partial(_kernel_text, records))
    for name in board_names():
        board = load_board(name)
        yield Topic(name, "board", board.title, partial(_board_text, board))
    for name in recipe_names():
        text = to_text(load_recipe(name))
        yield Topic(name, "recipe", f"{len(text.splitlines())} lines", partial(str, text))


def _first(cls: type) -> str:
    return (python.getdoc(cls) or "").split("\n\n")[0].replace("\n", " ")


def _pass_text(cls: type[Any]) -> str:
    lines = [python.getdoc(cls) or "", ""]
    for item in fields(cls):
        default = "" if item.default is MISSING else f" = {option_text(item.default)}"
        lines.append(f"option {item.name}{default}")
    lines += [f"{fact}: {', '.join(sorted(getattr(cls, fact)))}" for fact in _FACTS if getattr(cls, fact)]
    return "\n".join(lines).rstrip()


_FACTS = ("requires", "establishes", "forgets")


def _operator_text(cls: type[Operator]) -> str:
    lines = [python.getdoc(cls) or "", "", f"inputs: {', '.join(cls.slots)}"]
    if names := _onnx_names(cls.__module__):
        lines.append(f"imported from ONNX (this family): {', '.join(names)}")
    lines += ["", "kernels:", *(f"  {_kernel_line(kernel)}" for kernel in kernels_for(cls.kind))]
    return "\n".join(lines)


def _onnx_names(module: str) -> list[str]:
    modules = (module, f"{module}_onnx")
    return sorted(op_type for (_, op_type), converter in CONVERTERS.items() if converter.__module__ in modules)


def _onnx_text(domain: str, op_type: str) -> str:
    converter = CONVERTERS[domain, op_type]
    module = converter.__module__.removesuffix("_onnx")
    operators = sorted(kind for kind, cls in Operator.registry.items() if cls.__module__ == module)
    doc = python.getdoc(converter) or f"Read by {converter.__module__}."
    return doc + (f"\n\noperators of this family: {', '.join(operators)}" if operators else "")


def _kernel_line(kernel: Kernel) -> str:
    reads = ", ".join(f"{slot}: {kind}" for slot, kind in kernel.reads.items()) or "anything"
    needs = f"; needs {', '.join(kernel.needs.words)}" if kernel.needs.words else ""
    fits = "".join(f"; {predicate.reason}" for predicate in kernel.fits)
    return f"{kernel.name} ({reads}{needs}{fits})"


def _kernel_text(records: list[Kernel]) -> str:
    parts = [f"for {kernel.op}: {_kernel_line(kernel)}" for kernel in records]
    source = records[0].source
    if source:
        parts += ["", f"runtime_c/kernels/{source}", *_comment(kernel_path(source))]
    return "\n".join(parts)


@cache
def _comment(path: Path) -> tuple[str, ...]:
    """The first long comment of a C file, without its marks."""
    found = re.search(r"/\*(.*?)\*/", path.read_text(encoding="utf-8"), re.DOTALL)
    lines = found[1].splitlines() if found else []
    return tuple(re.sub(r"^ ?\* ?", "", line).rstrip() for line in lines if line.strip(" *"))


def _board_text(board: Board) -> str:
    costs = any(region.cost != board.regions[0].cost for region in board.regions)
    regions = [
        f"memory {r.name}: {r.size_bytes:,} bytes at 0x{r.origin:08x} ({r.access})"
        + (f", an access costs {r.cost:g}" if costs else "")
        for r in board.regions
    ]
    budget = board.budget
    machine = emulated(board)
    runs = board.emulator.machine if board.emulator else f"none; {machine.name} runs its code"
    return "\n".join(
        [
            board.title,
            *([board.note] if board.note else []),
            f"core: {board.core.name}; isa: {', '.join(board.core.isa.words) or 'plain'}; {board.clock_hz:,} Hz",
            f"flags: {' '.join(board.core.cflags)}",
            *regions,
            f"budget: flash {budget.flash_bytes:,}, RAM {budget.ram_bytes:,} with {budget.stack_bytes:,} of stack"
            + "".join(f", {name} {share:,}" for name, share in budget.shares),
            f"emulator: {runs}",
        ]
    )
