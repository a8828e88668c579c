"""ONNX's own backend node tests through the emitted C on the host.

A test whose operand must be known at compile time (a shape, axes, k) but is an input there gets that input folded from
the test's data. A test is passed, refused with a reason, or wrong; wrong is never acceptable.
"""

from __future__ import annotations

import copy
import warnings
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from tests.cases.case import Case
from tests.support.case_models import Variant, identifier
from tests.support.case_program import Built, build_case, run_on_host
from tinyc.errors import TinycError, ToolFailed
from tinyc.ir.types import Array
from tinyc.targets import Board, load_board

RTOL, ATOL = 1e-3, 1e-7
"""The tests' own tolerances where they state none (onnx.backend.test.loader)."""


@dataclass(frozen=True)
class Outcome:
    """What became of one test. `status` is passed, refused or wrong; `folded` names inputs taken from the data."""

    name: str
    status: str
    reason: str = ""
    folded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scoped:
    """One test that makes sense on a microcontroller.

    `kind`: A direct; B an operand such as a shape is an input and is folded; C, D function bodies of operators.
    """

    kind: str
    tier: str
    operator: str
    name: str


@cache
def in_scope() -> list[Scoped]:
    """The tests in scope, from in_scope.tsv."""
    lines = Path(__file__).with_name("in_scope.tsv").read_text(encoding="utf-8").splitlines()
    return [Scoped(*line.split("\t")) for line in lines]


@cache
def node_tests() -> dict[str, Any]:
    """All node tests of the installed onnx package, by name."""
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {test.name: test for test in collect_testcases(None)}


def prepared(name: str, board: Board, folder: Path) -> Prepared:
    """A test that is known to build."""
    made = _prepare(name, board, folder)
    assert isinstance(made, Prepared), made
    return made


def run_tests(names: Sequence[str], folder: Path, *, chunk: int = 60, board: str = "cortex-m4") -> list[Outcome]:
    """Outcomes in the order of the names; all that build are compiled into programs of `chunk` tests each."""
    target, outcomes, ready = load_board(board), {}, []
    for name in names:
        made = _prepare(name, target, folder)
        if isinstance(made, Outcome):
            outcomes[name] = made
        else:
            ready.append(made)
    for start in range(0, len(ready), chunk):
        part = folder / f"program{start}"
        part.mkdir()
        for outcome in _run_chunk(ready[start : start + chunk], part):
            outcomes[outcome.name] = outcome
    return [outcomes[name] for name in names]


@dataclass(frozen=True)
class Prepared:
    built: Built
    folded: tuple[str, ...]


def _prepare(name: str, board: Board, folder: Path) -> Prepared | Outcome:
    """Build the test's model; if tinyc asks for constants, with its inputs folded one after another."""
    test = node_tests()[name]
    inputs, outputs = (_arrays(values, graph_values) for values, graph_values in zip(
        test.data_sets[0], (test.model.graph.input, test.model.graph.output), strict=True))  # fmt: skip
    if any(array is None for array in (*inputs.values(), *outputs.values())):
        return Outcome(name, "refused", "a value is no tensor")
    failure = ""
    for folded in _foldings(test.model, inputs):
        model = _fold(test.model, {key: inputs[key] for key in folded})
        samples = {key: value for key, value in inputs.items() if key not in folded}
        case = Case("node", name, (), rtol=test.rtol, atol=test.atol)
        variant = Variant(case, _symbol(name), model, samples, list(outputs.values()), integer=False)
        try:
            return Prepared(build_case(variant, board, folder), folded)
        except TinycError as error:
            failure = failure or str(error)
    return Outcome(name, "refused", failure)


def _symbol(name: str) -> str:
    """A C prefix of at most 48 letters for each test: long names end in their checksum."""
    text = identifier(name)
    return text if len(text) <= 48 else f"{text[:39]}_{zlib.crc32(text.encode()):08x}"


def _foldings(model: onnx.ModelProto, inputs: dict[str, Array]) -> Iterable[tuple[str, ...]]:
    """Which inputs to fold: none, then those that are integer or boolean and small, then scalars as well, then
    short vectors of floats (scales and regions of Resize). Inputs without elements always: they hold no data.
    """
    names = list(inputs)
    integers = tuple(n for n in names if inputs[n].dtype.kind in "iub" and inputs[n].ndim <= 1 and inputs[n].size <= 64)
    later = tuple(n for n in integers if names.index(n) > 0)
    scalars = tuple(n for n in names if inputs[n].size == 1 and names.index(n) > 0)
    vectors = tuple(n for n in names if inputs[n].ndim == 1 and inputs[n].size <= 8 and names.index(n) > 0)
    mixed = tuple(dict.fromkeys(later + scalars))
    numbers = tuple(n for n in names if inputs[n].size == 1)
    empty = tuple(n for n in names if inputs[n].size == 0)
    choices = ((), later, integers, mixed, scalars, mixed + vectors, numbers)
    return dict.fromkeys(tuple(dict.fromkeys(empty + choice)) for choice in choices)


def _arrays(values: Sequence[Any], declared: Sequence[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for value, info in zip(values, declared, strict=True):
        if isinstance(value, onnx.TensorProto):
            value = numpy_helper.to_array(value)
        usable = isinstance(value, np.ndarray | np.generic) and info.type.HasField("tensor_type")
        found[info.name] = np.asarray(value) if usable else None
    return found


def _fold(model: onnx.ModelProto, constants: dict[str, Array]) -> onnx.ModelProto:
    folded = copy.deepcopy(model)
    kept = [value for value in folded.graph.input if value.name not in constants]
    del folded.graph.input[:]
    folded.graph.input.extend(kept)
    folded.graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in constants.items())
    return folded


def _run_chunk(prepared: list[Prepared], folder: Path) -> list[Outcome]:
    try:
        results = run_on_host([item.built for item in prepared], folder)
    except ToolFailed as error:
        if len(prepared) == 1:
            return [Outcome(prepared[0].built.variant.case.name, "wrong", f"the program failed: {error}")]
        half = len(prepared) // 2
        parts = (prepared[:half], prepared[half:])
        return [o for i, part in enumerate(parts) for o in _run_chunk(part, _made(folder / f"part{i}"))]
    return [_judge(item, outputs) for item, outputs in zip(prepared, results, strict=True)]


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _judge(item: Prepared, outputs: list[Array]) -> Outcome:
    variant = item.built.variant
    name = variant.case.name
    for got, expected in zip(outputs, variant.expected, strict=True):
        try:
            if got.shape != expected.shape:
                return Outcome(name, "wrong", f"shape {got.shape}, expected {expected.shape}", item.folded)
            _compare(got, expected, variant.case)
        except AssertionError as error:
            return Outcome(name, "wrong", " ".join(str(error).split())[:300], item.folded)
    return Outcome(name, "passed", "", item.folded)


def _compare(got: Array, expected: Array, case: Case) -> None:
    if expected.dtype.kind == "f":
        np.testing.assert_allclose(got, expected, rtol=case.rtol or RTOL, atol=case.atol or ATOL)
    else:
        np.testing.assert_array_equal(got, expected)
