"""Tables and lines on stdout, in one width where the output is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

_PIPE_WIDTH = 160


def show(*parts: RenderableType) -> None:
    """Print tables and lines on stdout. Text is not markup: model names may hold brackets."""
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, markup=False, highlight=False, emoji=False)
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, str))


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "", numbers: Iterable[int] = ()
) -> RenderableType:
    """A plain table under a title; the columns in `numbers` stand right."""
    grid = Table(box=box.SIMPLE, pad_edge=False)
    right = set(numbers)
    for index, head in enumerate(heads):
        grid.add_column(head, justify="right" if index in right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*row)
    return Group(Text(title), grid) if title else grid
