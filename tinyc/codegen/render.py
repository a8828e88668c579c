"""Templates to text. The one place of code generation with jinja2."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tinyc import resources

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template_name: str, **values: object) -> str:
    """The text of `templates/<template_name>` with `values` in place; a name that is not given is an error."""
    return _environment().get_template(template_name).render(**values)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(resources.templates_dir()),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
