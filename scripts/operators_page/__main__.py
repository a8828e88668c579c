"""Write the pages that are made of tinyc's registries: docs/operators.md, and its summary in README.md.

Without an option the page is printed; --write writes both, --check leaves with 1 if one of them is stale.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scripts.operators_page.page import COMMAND, page, summary

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "operators.md"
README = ROOT / "README.md"
BEGIN, END = "<!-- operators: begin -->", "<!-- operators: end -->"


def with_summary(readme: str) -> str:
    """The README with its summary made anew."""
    before, _, rest = readme.partition(BEGIN)
    _, mark, after = rest.partition(END)
    assert mark, f"README.md has no {BEGIN} ... {END}"
    return f"{before}{BEGIN}\n{summary()}{END}{after}"


def wanted() -> dict[Path, str]:
    """Both files as they should be."""
    return {PAGE: page(), README: with_summary(README.read_text(encoding="utf-8"))}


def stale() -> list[str]:
    """Names of those that are not."""
    texts = wanted().items()
    return [file.name for file, text in texts if not file.is_file() or file.read_text(encoding="utf-8") != text]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.operators_page", description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    if asked.check:
        names = stale()
        print(f"stale: {', '.join(names)}; run {COMMAND}" if names else "both are as the registries say")
        return int(bool(names))
    if asked.write:
        for file, text in wanted().items():
            file.write_text(text, encoding="utf-8")
    else:
        print(page(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
