"""The table of ONNX's node tests through the emitted C: passed, refused with the reason, wrong.

python -m tests.onnx                 all tests in scope, as a table by operator
python -m tests.onnx --tier core     those of the core operators alone
python -m tests.onnx 'test_where*'   tests by name, in scope or not
"""

from __future__ import annotations

import argparse
import json
import tempfile
import warnings
from collections import Counter, defaultdict
from fnmatch import fnmatchcase
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.onnx.nodes import Outcome, Scoped, in_scope, node_tests, run_tests

_STATUSES = ("passed", "refused", "wrong")
_PART = 120


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.onnx", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("patterns", nargs="*", help="names of tests, with * and ?")
    parser.add_argument("--tier", choices=["core", "other"], help="only this tier of the tests in scope")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    names = _chosen(options.patterns, options.tier)
    outcomes = _run(names)
    if options.json:
        print(json.dumps([vars(outcome) for outcome in outcomes], indent=1))
    else:
        _show(outcomes)
    return 1 if any(outcome.status == "wrong" for outcome in outcomes) else 0


def _chosen(patterns: list[str], tier: str | None) -> list[str]:
    if patterns:
        return [name for name in node_tests() if any(fnmatchcase(name, pattern) for pattern in patterns)]
    return [test.name for test in in_scope() if tier in (None, test.tier) and test.name in node_tests()]


def _run(names: list[str]) -> list[Outcome]:
    console = Console(stderr=True)
    parts = [names[start : start + _PART] for start in range(0, len(names), _PART)]
    outcomes: list[Outcome] = []
    for part in track(parts, "node tests", console=console, disable=not console.is_terminal):
        with tempfile.TemporaryDirectory() as folder:
            outcomes += run_tests(part, Path(folder))
    return outcomes


def _show(outcomes: list[Outcome]) -> None:
    scope = {test.name: test for test in in_scope()}
    console = Console(width=150)
    table = Table("class", "tier", *_STATUSES, title="ONNX node tests through the emitted C on the host")
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for outcome in outcomes:
        test = scope.get(outcome.name, Scoped("-", "-", "-", outcome.name))
        counts[test.kind, test.tier][outcome.status] += 1
    for key in sorted(counts):
        table.add_row(*key, *(str(counts[key][status]) for status in _STATUSES))
    total = Counter(outcome.status for outcome in outcomes)
    table.add_row("all", "", *(str(total[status]) for status in _STATUSES), style="bold")
    for outcome in outcomes:
        if outcome.status != "passed":
            console.print(f"{outcome.status}: {outcome.name}: {outcome.reason}", highlight=False, markup=False)
    console.print(table)


if __name__ == "__main__":
    raise SystemExit(main())
