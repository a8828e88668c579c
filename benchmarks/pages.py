"""Put measured tables into the documents, between their markers.

python -m benchmarks.line --json > line.json
python -m benchmarks.line --cores --json > cores.json
python -m benchmarks.bars --json > bars.json
python -m benchmarks.ram --json > ram.json
python -m benchmarks.pages line.json cores.json bars.json ram.json
"""

from __future__ import annotations

import argparse
import datetime
import json
from importlib.metadata import version
from pathlib import Path

from benchmarks.bars import Figure
from benchmarks.bars import table_of as bars_table
from benchmarks.line import CoreRow, Row, markdown, table_of
from benchmarks.ram import Figure as RamFigure
from benchmarks.ram import table_of as ram_table
from tinyc.version import __version__

ROOT = Path(__file__).resolve().parent.parent
NETS = ("ad01", "kws", "resnet8", "vww")
HEADS = ("model", "flash", "arena", "stack", "instructions", "model cycles", "top-1, ONNX Runtime", "verified")


def summary(rows: list[Row]) -> str:
    """The README's table: the MLPerf Tiny nets, in bytes and millions, as the text above it says."""
    nets = [row for row in rows if row.model.split("_")[0] in NETS]
    return markdown([list(HEADS), ["---"] * len(HEADS), *map(cells, nets)])


def cells(row: Row) -> list[str]:
    assert None not in (row.weights, row.tables, row.code), f"{row.model}: {row.verified}"
    flash = sum(part or 0 for part in (row.weights, row.tables, row.code))
    millions = [f"{(count or 0) / 1e6:.1f}" for count in (row.instructions, row.cycles_model)]
    both = f"{100 * (row.top1 or 0):.1f} %, {100 * (row.top1_onnxruntime or 0):.1f} %"
    score = both if row.top1 is not None else f"mse {row.mse:.2f}, {row.mse_onnxruntime:.2f}"
    return [f"`{row.model}`", f"{flash:,}", f"{row.arena:,}", f"{row.stack}", *millions, score, row.verified]


def replace(file: Path, name: str, text: str) -> None:
    """Put a text between <!-- NAME: begin --> and <!-- NAME: end -->."""
    before, begin, rest = file.read_text(encoding="utf-8").partition(f"<!-- {name}: begin -->\n")
    _, end, after = rest.partition(f"<!-- {name}: end -->")
    assert begin and end, f"{file.name} has no markers for {name}"
    file.write_text(f"{before}{begin}{text}{end}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("line", type=Path)
    parser.add_argument("cores", type=Path)
    parser.add_argument("bars", type=Path)
    parser.add_argument("ram", type=Path)
    asked = parser.parse_args()
    rows = [Row(**row) for row in json.loads(asked.line.read_text())]
    cores = [CoreRow(**row) for row in json.loads(asked.cores.read_text())]
    day, engine = datetime.date.today().isoformat(), f"ONNX Runtime {version('onnxruntime')}"
    page = ROOT / "docs" / "benchmarks.md"
    replace(page, "when", f"Measured on {day} with tinyc {__version__} and {engine}.\n")
    replace(page, "line", markdown(table_of(rows)))
    replace(page, "cores", markdown(table_of(cores)))
    replace(page, "bars", markdown(bars_table([Figure(**figure) for figure in json.loads(asked.bars.read_text())])))
    replace(page, "ram", markdown(ram_table([RamFigure(**figure) for figure in json.loads(asked.ram.read_text())])))
    replace(ROOT / "README.md", "measured", summary(rows))


if __name__ == "__main__":
    main()
