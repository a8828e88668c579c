"""Templates place words: no condition in them may ask about ISA, dtype or op. Decisions are made in Python."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

FORBIDDEN_WORDS = {"isa", "dtype", "dtypes", "op", "ops", "optype"}
FORBIDDEN_VALUES = {"ref", "dsp", "mve", "m0", "f32", "s8", "u8", "s16", "float32", "int8", "uint8", "int16"}
ENVIRONMENT = jinja2.Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])


def conditions(tree: nodes.Template) -> list[nodes.Node]:
    """What `if`, `elif`, `a if b else c` and `for ... if` ask."""
    deciding = tree.find_all((nodes.If, nodes.CondExpr, nodes.For))
    return [node.test for node in deciding if getattr(node, "test", None) is not None]  # type: ignore[attr-defined]


def words(test: nodes.Node) -> set[str]:
    """The words of each name and attribute ("op_type" has "op"), and the string values compared with."""
    names = {n.name for n in [*test.find_all(nodes.Name), *([test] if isinstance(test, nodes.Name) else [])]}
    names |= {n.attr for n in [*test.find_all(nodes.Getattr), *([test] if isinstance(test, nodes.Getattr) else [])]}
    values = {n.value for n in test.find_all(nodes.Const) if isinstance(n.value, str)}
    return {word for name in names | values for word in re.split(r"[_\W]+", name.lower())}


def violations(source: str) -> list[str]:
    asked = {test: words(test) & (FORBIDDEN_WORDS | FORBIDDEN_VALUES) for test in conditions(ENVIRONMENT.parse(source))}
    return [f"line {test.lineno} asks about {', '.join(sorted(bad))}" for test, bad in asked.items() if bad]


def test_templates_make_no_decisions(root: Path) -> None:
    templates = sorted((root / "templates").rglob("*.j2"))
    assert templates, "no templates found"
    assert {str(t.relative_to(root)): v for t in templates if (v := violations(t.read_text()))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "{% if isa %}x{% endif %}",
        "{%- if call.dtype == wanted -%}x{%- endif -%}",
        "{% if a %}x{% elif call.op_type == 'conv' %}y{% endif %}",
        "{{ 'x' if node.op else 'y' }}",
        "{% for call in calls if call.isa %}x{% endfor %}",
        "{% for call in calls %}{% if call.suffix == 'dsp' %}x{% endif %}{% endfor %}",
        "{% if call['dtype'] %}x{% endif %}",
    ],
)
def test_checker_catches(source: str) -> None:
    assert len(violations(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "{{ call.isa }} {{ call.dtype }}",
        "{% for op in ops %}{{ op.name }}{% if not loop.last %}, {% endif %}{% endfor %}",
        "{% if model.has_state %}x{% endif %}{# if dtype #}",
        "{% if options %}x{% endif %}",
    ],
)
def test_checker_allows(source: str) -> None:
    assert violations(source) == []
