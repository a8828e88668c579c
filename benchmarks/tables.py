"""What a benchmark that measures figures prints: a table for people, JSON for programs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table


def shown(
    about: str | None, measure: Callable[[], Sequence[Any]], table_of: Callable[[Sequence[Any]], list[list[str]]]
) -> None:
    """The command of a benchmark. `measure` gives dataclasses, FileNotFoundError where there are no models; `table_of`
    makes heads, a rule and rows of them.
    """
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    try:
        figures = measure()
    except FileNotFoundError as missing:
        print(f"nothing to measure: {missing}", file=sys.stderr)
        return
    if wanted.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=1))
        return
    heads, _, *rows = table_of(figures)
    grid = Table(*heads)
    for row in rows:
        grid.add_row(*row)
    Console(width=140).print(grid)
