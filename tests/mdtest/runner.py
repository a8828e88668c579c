"""Examples in Markdown that run: a graph, a recipe, and the graph or the error that comes of it.

An example is three fenced blocks; a heading may have several, and prose between them:

    ```tinyc     the graph before
    ```recipe    the recipe; `bound=1e-4` behind the word loosens the float bound of this example
    ```tinyc     the graph after
or  ```error     the message instead
or  ```unchanged nothing: the pipeline must return the same object

Both graphs are run by `tinyc.ir.interp` on seeded data: equal for integers, within the bound for floats.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import numpy as np

import tinyc.ops  # noqa: F401  (registers every operator)
from tinyc.calibration.calibration import Calibration
from tinyc.errors import TinycError
from tinyc.ir.blobs import Blob
from tinyc.ir.graph import Graph
from tinyc.ir.interp import interpret
from tinyc.ir.text import parse_spelled, to_text
from tinyc.ir.types import Array, TensorType
from tinyc.ir.verify import verify
from tinyc.ops.quantize import Quantize
from tinyc.passes.base import PassContext
from tinyc.recipe import load_recipe, parse

SEEDS = (0, 1, 2)
_FENCE = re.compile(r"^```(?P<word>\w+)(?P<settings>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ +(?P<title>.+)$", re.MULTILINE)
_OUTCOMES = ("tinyc", "error", "unchanged")


@dataclass(frozen=True)
class Block:
    """One fenced block and where its body lies in the file."""

    word: str
    settings: str
    body: str
    start: int
    end: int


@dataclass(frozen=True)
class Example:
    """One example of a file."""

    file: Path
    title: str
    line: int
    before: Block
    recipe: Block
    outcome: Block


class Failure(AssertionError):
    """An example does not do what it says."""


def examples(file: Path) -> list[Example]:
    """All examples of a file; Failure if a block comes without the others."""
    text = file.read_text("utf-8")
    headings = [(match.start(), match["title"]) for match in _HEADING.finditer(_without_bodies(text))]
    found = []
    for (start, title), end in zip(headings, [*(place for place, _ in headings[1:]), len(text)], strict=True):
        blocks = [_block(match) for match in _FENCE.finditer(text, start, end)]
        blocks = [block for block in blocks if block.word in {*_OUTCOMES, "recipe"}]
        line = text.count("\n", 0, start) + 1
        found += [_example(file, title, line, blocks[i : i + 3]) for i in range(0, len(blocks), 3)]
    return found


def run(example: Example, update: bool = False) -> None:
    """Failure, with the difference, unless the example does what it says; with `update` the file is made to say it."""
    graph, spelled = parse_spelled(example.before.body)
    verify(graph)
    settings = _settings(example.recipe)
    result = _outcome(graph, example.recipe.body, int(settings.get("calibration", "0")))
    word = "error" if isinstance(result, str) else "unchanged" if result is graph else "tinyc"
    body = result if isinstance(result, str) else "" if result is graph else to_text(result, spelled)
    if not _as_expected(example, word, result, body):
        if not update:
            raise Failure(_difference(example, word, body, spelled))
        _rewrite(example, word, body)
    if isinstance(result, Graph) and result is not graph:
        bound = float(settings.get("bound", "1e-5"))
        for seed in SEEDS:
            compare(graph, result, bound, seed)


def compare(before: Graph, after: Graph, bound: float, seed: int) -> None:
    """Failure unless both graphs compute the same outputs from the same seeded inputs."""
    generator = np.random.default_rng(seed)
    inputs = {name: _data(generator, before.types[name]) for name in before.inputs}
    given = {name: _quantised(array, before.types[name], after.types[name]) for name, array in inputs.items()}
    one, two = interpret(before, inputs), interpret(after, given)
    for index, (was, now) in enumerate(zip(before.outputs, after.outputs, strict=True)):
        error = _distance(_quantised(one[was], before.types[was], after.types[now]), two[now])
        if not error <= (bound if before.types[was].dtype.is_float else 0.0):
            raise Failure(f"output {index} ({now}) differs by {error:.3g} of its largest value, seed {seed}")


def _without_bodies(text: str) -> str:
    """The text with fenced blocks blanked, so that comments in them are no headings."""
    return _FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _block(match: re.Match[str]) -> Block:
    return Block(match["word"], match["settings"].strip(), match["body"], match.start(), match.end())


def _example(file: Path, title: str, line: int, blocks: list[Block]) -> Example:
    words = [block.word for block in blocks]
    if len(blocks) != 3 or words[:2] != ["tinyc", "recipe"] or words[2] not in _OUTCOMES:
        raise Failure(f"{file}:{line}: blocks are {', '.join(words)}; expected tinyc, recipe and one of {_OUTCOMES}")
    return Example(file, title, line, *blocks)


def _outcome(graph: Graph, recipe: str, samples: int) -> Graph | str:
    try:
        context = PassContext(calibration=_calibration(graph, samples) if samples else None)
        return parse(recipe, "recipe", load_recipe).pipeline().run(graph, context)
    except TinycError as error:
        return f"{error}\n"


def _calibration(graph: Graph, count: int) -> Calibration:
    """Seeded samples for passes that ask for data: `recipe calibration=32`."""
    generator = np.random.default_rng(SEEDS[0])
    drawn = [{name: _data(generator, graph.types[name]) for name in graph.inputs} for _ in range(count)]
    return Calibration(lambda: drawn, count)


def _as_expected(example: Example, word: str, result: Graph | str, body: str) -> bool:
    if example.outcome.word != word:
        return False
    if isinstance(result, str) or word == "unchanged":
        return example.outcome.body == body
    return example.outcome.body != "" and parse_spelled(example.outcome.body)[0] == result


def _difference(example: Example, word: str, body: str, spelled: Mapping[Blob, str]) -> str:
    wanted = example.outcome.body
    if example.outcome.word == word == "tinyc" and wanted:
        graph, expected_spelled = parse_spelled(wanted)
        wanted = to_text(graph, {**expected_spelled, **spelled})
    lines = unified_diff(
        f"{example.outcome.word}\n{wanted}".splitlines(), f"{word}\n{body}".splitlines(), "expected", "got", lineterm=""
    )
    return f"{example.file}:{example.line}: {example.title}\n" + "\n".join(lines)


def _rewrite(example: Example, word: str, body: str) -> None:
    """Replace the expected block. The file may have grown since it was read, so the block is looked up by its text."""
    text = example.file.read_text("utf-8")
    settings = f" {example.outcome.settings}" if example.outcome.settings else ""
    old = f"```{example.outcome.word}{settings}\n{example.outcome.body}```"
    start = text.index(old, text.index(example.recipe.body, text.index(f" {example.title}\n")))
    example.file.write_text(f"{text[:start]}```{word}{settings}\n{body}```{text[start + len(old) :]}", "utf-8")


def _settings(block: Block) -> dict[str, str]:
    return dict(part.split("=", 1) for part in block.settings.split())


def _data(generator: np.random.Generator, declared: TensorType) -> Array:
    if declared.dtype.is_float:
        return generator.uniform(-3.0, 3.0, declared.shape).astype(np.float32)
    if not declared.dtype.is_integer:
        return generator.integers(0, 2, declared.shape).astype(np.bool_)
    low, high = np.clip(declared.dtype.bounds, -1000, 1000)
    return generator.integers(low, high, declared.shape, endpoint=True, dtype=declared.dtype.numpy)


def _quantised(array: Array, declared: TensorType, wanted: TensorType) -> Array:
    """The array as it is; as integers where a pass has changed an edge of the graph from float to quantised."""
    if declared.dtype is wanted.dtype or wanted.quant is None:
        return array
    return Quantize(wanted.dtype, wanted.quant).evaluate((array,), (declared,), (wanted,))[0]


def _distance(one: Array, two: Array) -> float:
    """Largest difference relative to the largest value; infinite where shapes or formats differ."""
    if one.shape != two.shape or one.dtype != two.dtype:
        return float("inf")
    if np.array_equal(one, two, equal_nan=one.dtype.kind == "f"):
        return 0.0
    real, other = one.astype(np.float64), two.astype(np.float64)
    with np.errstate(all="ignore"):
        error = np.abs(real - other).max() / max(np.abs(real).max(), 1e-30)
    return float(error) if np.isfinite(error) else float("inf")
