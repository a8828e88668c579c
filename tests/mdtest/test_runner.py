"""The runner of examples can fail, and says how; and the examples in docs/ run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.mdtest.runner import Failure, compare, examples, run
from tinyc.ir.text import parse

TEMPLATE = """\
# An example

Prose, with `code` and a # sign.

```tinyc
graph g  # a comment, no heading
input x: f32[2]
const w: f32[2,2] = normal(seed=1)
h = dense(x, w, _)
y = relu(h)
output y
```

```recipe
{recipe}
```

```{outcome}```
"""

FUSED = """\
tinyc
graph g

input x: f32[2]
const w: f32[2,2] = normal(seed=1)

y: f32[2] = dense(x, w, _, clamp=[0.0, inf]) as dense_0

output y
"""


def written(folder: Path, recipe: str, outcome: str) -> Path:
    file = folder / "example.md"
    file.write_text(TEMPLATE.format(recipe=recipe, outcome=outcome))
    return file


@pytest.mark.parametrize(
    "recipe, outcome",
    [
        ("fuse_activation", FUSED),
        ("drop_dead", "unchanged\n"),
        ("drop_ded", 'error\nRecipeError: recipe:1:1: no pass is called "drop_ded"\nHint: did you mean drop_dead?\n'),
    ],
)
def test_true_example_passes(recipe: str, outcome: str, tmp_path: Path) -> None:
    (example,) = examples(written(tmp_path, recipe, outcome))
    run(example)


@pytest.mark.parametrize(
    "recipe, outcome, difference",
    [
        ("fuse_activation", FUSED.replace("0.0", "1.0"), "+y: f32[2] = dense(x, w, _, clamp=[0.0, inf]) as dense_0"),
        ("fuse_activation", "unchanged\n", "-unchanged"),
        ("drop_dead", FUSED, "+unchanged"),
        ("drop_ded", "unchanged\n", "+RecipeError"),
        ("fuse_activation", "error\nRecipeError\n", "-error"),
    ],
)
def test_false_example_fails_and_is_mended(recipe: str, outcome: str, difference: str, tmp_path: Path) -> None:
    file = written(tmp_path, recipe, outcome)
    (example,) = examples(file)
    with pytest.raises(Failure) as caught:
        run(example)
    assert difference in str(caught.value)
    run(example, update=True)
    (mended,) = examples(file)
    run(mended)


def test_mended_example_keeps_the_spelling_of_constants(tmp_path: Path) -> None:
    file = written(tmp_path, "fuse_activation", "tinyc\n")
    run(examples(file)[0], update=True)
    assert file.read_text() == TEMPLATE.format(recipe="fuse_activation", outcome=FUSED)


def test_graphs_that_compute_something_else_are_told_apart() -> None:
    before = parse("graph g input x: f32[3] y = relu(x) output y")
    after = parse("graph g input x: f32[3] y = abs(x) output y")
    compare(before, before, 0.0, seed=0)
    with pytest.raises(Failure, match="output 0"):
        compare(before, after, 1e-5, seed=0)


@pytest.mark.parametrize("blocks", ["```tinyc\ngraph g\n```\n", "```recipe\n```\n```tinyc\ngraph g\n```\n"])
def test_incomplete_example_is_refused(blocks: str, tmp_path: Path) -> None:
    file = tmp_path / "example.md"
    file.write_text(f"# An example\n\n{blocks}")
    with pytest.raises(Failure, match="expected tinyc, recipe and one of"):
        examples(file)


@pytest.mark.parametrize("page", ["recipes.md", "adding-a-pass.md"])
def test_documentation_examples_run(page: str, root: Path, update_golden: bool) -> None:
    found = examples(root / "docs" / page)
    assert found
    for example in found:
        run(example, update_golden)


def test_documented_code_is_the_code(root: Path) -> None:
    blocks = re.findall(r"^```python (\S+)\n(.*?)^```$", (root / "docs/adding-a-pass.md").read_text(), re.M | re.S)
    assert len(blocks) == 2
    for file, code in blocks:
        assert code in (root / file).read_text()
