"""The recipe language: what it accepts, what it says about mistakes, how a pipeline chooses ops and orders passes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path
from typing import Any, Literal, cast

import pytest

import tinyc.ops  # noqa: F401  (registers every operator)
from tinyc.errors import RecipeError
from tinyc.ir import text
from tinyc.ir.graph import Graph
from tinyc.passes.base import PASSES, Pass, PassContext, Ratio
from tinyc.recipe import Recipe, load_recipe, parse, recipe_names, to_text
from tinyc.recipe.step import Requirement


class Method(Enum):
    """Words that an option takes."""

    MSE = "mse"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Block:
    """An option written block[4, 1]."""

    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Erase(Pass):
    """Takes away the last op, which saves what it weighs; has an option of each form."""

    word = "erase"
    selective = True
    requires = frozenset({"calibrated"})
    establishes = frozenset({"sparse"})

    sparsity: float = 0.5
    bits: int = 8
    block: tuple[int, int] = (1, 1)
    axes: tuple[int, ...] = ()
    per_channel: bool = True
    by: Method = Method.MSE
    weights: Literal["int8", "int4"] = "int8"
    structure: Literal["element", "channel"] | Block | Ratio = "element"
    limit: float | None = None
    label: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.sparsity < 1:
            raise RecipeError("sparsity lies in [0, 1)")

    def run(self, graph: Graph, context: PassContext) -> Graph:
        """Says what is selected, and lets the last op go if it is."""
        context.remarks.append(",".join(op.name for op in graph.ops if context.selects(op)))
        draft = graph.draft()
        draft.ops = [op for op in graph.ops if op is not graph.ops[-1] or not context.selects(op)]
        draft.outputs = list(draft.ops[-1].outputs)
        return draft.freeze()


@dataclass(frozen=True, slots=True)
class Calibrate(Pass):
    """Establishes a fact; has an option without default."""

    word = "calibrate"
    establishes = frozenset({"calibrated"})

    samples: int

    def run(self, graph: Graph, context: PassContext) -> Graph:
        return graph


@dataclass(frozen=True, slots=True)
class Reset(Pass):
    """Forgets a fact."""

    word = "reset"
    forgets = frozenset({"calibrated"})

    def run(self, graph: Graph, context: PassContext) -> Graph:
        return graph


@pytest.fixture(autouse=True)
def _toy_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    for cls in (Erase, Calibrate, Reset):
        monkeypatch.setitem(PASSES, cls.word, cls)


GRAPH = """
graph g
input x: f32[1,4]
const s: f32[1] = [1.0]
const w: f32[100,4] = normal(seed=1)
a = add(x, s) from "/block1/Add"
b = mul(a, s) from "/block2/Mul"
c = dense(b, w, _)
output c
"""


def only_pass(source: str) -> Any:
    return parse(source).steps[0].pass_


@pytest.mark.parametrize(
    "option, expected",
    [
        ("sparsity=0.25", 0.25),
        ("sparsity=25%", 0.25),
        ("sparsity=0", 0.0),
        ("bits=4", 4),
        ("bits=8K", 8192),
        ("bits=1.5M", 1572864),
        ("block=[1, 4]", (1, 4)),
        ("axes=[]", ()),
        ("axes=[3]", (3,)),
        ("per_channel=false", False),
        ("by=mse", Method.MSE),
        ("by=none", Method.NONE),
        ("weights=int4", "int4"),
        ("structure=channel", "channel"),
        ("structure=2:4", Ratio(2, 4)),
        ("structure=block[4, 1]", Block(4, 1)),
        ("limit=none", None),
        ("limit=1e-3", 0.001),
        ("limit=inf", float("inf")),
        ('label="a # b"', "a # b"),
        ("label=word", "word"),
        ('label="true"', "true"),
    ],
)
def test_option(option: str, expected: object) -> None:
    name = option.split("=")[0]
    made = only_pass(f"erase({option})")
    assert getattr(made, name) == expected
    assert type(getattr(made, name)) is type(expected)
    assert only_pass(to_text(parse(f"erase({option})"))) == made


def test_effective_text_shows_every_default_and_reads_back() -> None:
    recipe = parse(
        "# for the watch\n\ncalibrate(samples=64)  # all of them\n"
        'erase(block=[1,4]) on conv*, "/block 1/*" where bytes > 8K and saves >= 12.5%\n'
        "require accuracy_drop <= 1%\nrequire flash < 64K\n"
    )
    assert to_text(recipe).splitlines() == [
        "calibrate(samples=64)",
        "erase(sparsity=0.5, bits=8, block=[1, 4], axes=[], per_channel=true, by=mse, weights=int8, "
        'structure=element, limit=none, label="") on conv*, "/block 1/*" where bytes > 8192 and saves >= 12.5%',
        "require accuracy_drop <= 1%",
        "require flash < 65536",
    ]
    again = parse(to_text(recipe))
    assert (again, again.hash) == (recipe, recipe.hash)


def test_hash_is_that_of_the_build() -> None:
    assert parse("calibrate(samples=64)", "a").hash == parse("# x\ncalibrate( samples = 64 )\n\n", "b").hash
    assert parse("calibrate(samples=64)").hash != parse("calibrate(samples=65)").hash


def test_requirements_are_kept_for_the_driver() -> None:
    (requirement,) = parse("require ram <= 8K").requirements
    assert requirement == Requirement("ram", "<=", 8192)
    assert requirement.holds(8192)
    assert not requirement.holds(8193)


@pytest.mark.parametrize(
    "source, message",
    [
        ("eras", 'x:1:1: no pass is called "eras"\nHint: did you mean erase?'),
        ("\n  erase(sparsty=0.5)", 'x:2:9: erase has no option "sparsty"\nHint: did you mean sparsity?'),
        ("reset(a=1)", 'x:1:7: reset has no option "a"\nHint: it has no options'),
        ("erase(bits=4, bits=4)", 'x:1:15: option "bits" is given twice'),
        ("erase(bits=0.5)", "x:1:7: erase: bits: expected a whole number"),
        ("erase(bits=true)", "x:1:7: erase: bits: expected a whole number"),
        ("erase(sparsity=high)", "x:1:7: erase: sparsity: expected a number"),
        ("erase(sparsity=1.5)", "x:1:1: erase: sparsity lies in [0, 1)"),
        ("erase(block=[1, 2, 3])", "x:1:7: erase: block: expected 2 values, got 3"),
        ("erase(by=mes)", "x:1:7: erase: by: expected one of mse, none"),
        ("erase(weights=int2)", "x:1:7: erase: weights: expected one of int8, int4"),
        ("erase(structure=block[1])", "block[rows, columns]"),
        ("calibrate", 'x:1:1: calibrate needs the option "samples"'),
        ("erase on", "x:1:7: the line ends too early; expected a pattern or text in quotes"),
        ("erase(", "x:1:6: the line ends too early; expected ) or a name"),
        ("erase erase", 'x:1:7: "erase" where ( or on or the end of the line or where was expected'),
        ("erase(bits=@)", 'x:1:12: "@" where'),
        ("erase on * where byte > 1", 'x:1:18: no measure is called "byte"\nHint: did you mean bytes?'),
        ("erase on * where bytes > 10%", "x:1:26: bytes is bytes, written like 8K or 8192"),
        ("erase on * where saves > 10", "x:1:26: saves is a share, written like 10%"),
        ("require acuracy_drop <= 1%", "did you mean accuracy_drop or auc_drop?"),
        ("require accuracy_drop <= 1", "x:1:26: accuracy_drop is a share, written like 10%"),
        ("require flash <= big", "x:1:18: flash is bytes, written like 8K or 8192"),
        ("reset on conv*", "x:1:10: reset always works on the whole graph; leave out on and where"),
        ("include float", "x:1:9: include has no meaning here"),
        ('erase(label="\\q")', "x:1:7: text in quotes is written as in JSON"),
    ],
)
def test_mistake(source: str, message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        parse(source, "x")
    assert message in str(caught.value)


def run(source: str) -> PassContext:
    context = PassContext()
    parse(source, "x").pipeline().run(text.parse(GRAPH), context)
    return context


@pytest.mark.parametrize(
    "target, selected",
    [
        ("", "add_0,mul_0,dense_0"),
        (" on dense*", "dense_0"),
        (" on mul_0, add*", "add_0,mul_0"),
        (" on /block?/*", "add_0,mul_0"),
        (" on * where bytes > 1K", "dense_0"),
        (" where bytes <= 4", "add_0,mul_0"),
        (" on a*, d* where macs == 400", "dense_0"),
        (" where saves > 50%", "dense_0"),
    ],
)
def test_selection(target: str, selected: str) -> None:
    note = run(f"calibrate(samples=1)\nerase{target}").notes[-1]
    assert note.note == selected
    assert note.name == "erase"
    assert note.options.endswith(parse(f"erase{target}").steps[0].options.split(") ")[-1])


def test_a_condition_that_nothing_meets_leaves_the_graph() -> None:
    note = run("calibrate(samples=1)\nerase where bytes > 1M").notes[-1]
    assert note.note == "no op meets the condition"
    assert note.bytes_before == note.bytes_after == 1604


def test_pattern_without_match_names_place_and_nearest() -> None:
    with pytest.raises(RecipeError) as caught:
        run("calibrate(samples=1)\nerase on add*, dens_0")
    assert str(caught.value).startswith(
        'RecipeError: x:2:16: pattern "dens_0" matches no op\nHint: did you mean dense_0'
    )


@pytest.mark.parametrize("source", ["erase", "calibrate(samples=1)\nreset\nerase", "erase\ncalibrate(samples=1)"])
def test_impossible_order_is_found_before_anything_runs(source: str) -> None:
    context = PassContext()
    with pytest.raises(RecipeError) as caught:
        parse(source, "x").pipeline().run(text.parse(GRAPH), context)
    line = source.split("\n").index("erase") + 1
    reason = f"x:{line}:1: erase needs a graph that is calibrated"
    assert (caught.value.reason, caught.value.hint) == (reason, "put calibrate before it")
    assert context.notes == []


def test_quantised_graph_brings_its_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reset, "requires", frozenset({"quantized"}))
    quantised = text.parse("graph g input x: s8[1] quant(0.5, 0) y = relu(x) output y")
    assert parse("reset").pipeline().run(quantised, PassContext()) is quantised
    with pytest.raises(RecipeError):
        parse("reset").pipeline().run(text.parse(GRAPH), PassContext())


def test_shipped_recipes_parse_and_run() -> None:
    assert {"float", "lossless"} <= set(recipe_names())
    for name in recipe_names():
        recipe = load_recipe(name)
        assert isinstance(recipe, Recipe)
        assert parse(to_text(recipe), recipe.name) == recipe


def test_recipe_from_a_file_may_include_others(tmp_path: Path) -> None:
    (tmp_path / "small.recipe").write_text("calibrate(samples=1)\ninclude more/end.recipe\nrequire ram < 1K\n")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "end.recipe").write_text("include float\nreset\n")
    recipe = load_recipe(tmp_path / "small.recipe")
    assert recipe.name == "small"
    words = [step.pass_.word for step in recipe.steps]
    assert words == ["calibrate", *(step.pass_.word for step in load_recipe("float").steps), "reset"]


@pytest.mark.parametrize(
    "content, message",
    [
        (None, 'recipe "{file}" cannot be read: No such file or directory'),
        (b"include flot", '{file}:1:9: recipe "flot" cannot be read: No such file or directory'),
        (b"include other.recipe", "{file}:1:9: {file} includes itself"),
        (b"\xff", 'recipe "{file}" is not UTF-8 text'),
        (b"nothing", '{file}:1:1: no pass is called "nothing"'),
    ],
)
def test_file_mistake(content: bytes | None, message: str, tmp_path: Path) -> None:
    file = tmp_path / "other.recipe"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(RecipeError) as caught:
        load_recipe(file)
    assert caught.value.reason == message.format(file=file)


def test_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(RecipeError, match="did you mean float"):
        load_recipe("flaot")


def _real_passes() -> list[type[Pass]]:
    return [cls for cls in PASSES.values() if cls.__module__.startswith("tinyc.")]


@pytest.mark.parametrize("cls", _real_passes(), ids=lambda cls: cls.word)
class TestEachPass:
    """What every pass of tinyc has."""

    def test_documentation_has_its_headings(self, cls: type[Pass]) -> None:
        documentation = cls.__doc__ or ""
        places = [documentation.find(heading) for heading in ("What:", "When it is exact:", "Example:", "Cost:")]
        assert -1 not in places
        assert places == sorted(places)

    def test_examples_bear_its_name(self, cls: type[Pass], root: Path) -> None:
        assert (root / "tests" / "mdtest" / "passes" / f"{cls.word}.md").is_file()

    def test_options_have_a_text_form(self, cls: type[Pass]) -> None:
        given = [item for item in fields(cast(Any, cls)) if item.default is None]
        assert all(item.name in to_text(parse(cls.word)) for item in given)
        assert parse(to_text(parse(cls.word))) == parse(cls.word)

    def test_facts_can_be_had(self, cls: type[Pass]) -> None:
        known = {"quantized"}.union(*(other.establishes for other in _real_passes()))
        assert cls.requires | cls.forgets <= known
