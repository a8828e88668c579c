"""Collects the examples of every Markdown file below this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mdtest.runner import Example, Failure, examples, run


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    return MarkdownFile.from_parent(parent, path=file_path) if file_path.suffix == ".md" else None


class MarkdownFile(pytest.File):
    """A file of examples."""

    def collect(self) -> Iterator[pytest.Item]:
        found = examples(self.path)
        if not found:
            raise Failure(f"{self.path} has no example")
        for example in found:
            yield MarkdownItem.from_parent(self, name=example.title, example=example)


class MarkdownItem(pytest.Item):
    """One example."""

    def __init__(self, *, example: Example, **keywords: object) -> None:
        super().__init__(**keywords)  # type: ignore[arg-type]
        self.example = example

    def runtest(self) -> None:
        run(self.example, update=bool(self.config.getoption("--update-golden")))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        if isinstance(excinfo.value, Failure):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.example.line - 1, self.name
