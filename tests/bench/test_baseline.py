"""The committed baseline holds: no network takes over 2 % more instructions on a board than it did.

`python -m benchmarks.baseline --write` measures anew, where more instructions are meant.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import baseline
from benchmarks.nets import thin, write
from tests.support.command import tinyc
from tinyc.bench import Entry, bench, compilers, read_baseline, regression
from tinyc.errors import DataError

ROW = Entry("net", "cortex-m4", "balanced", 1000, 1200, 4000, 500, 20, 640, 128, 96)


@pytest.mark.parametrize("place", baseline.QUICK, ids="-".join)
def test_no_more_instructions_than_the_baseline(place: baseline.Place, tmp_path: Path) -> None:
    matrix = baseline.matrix(place, tmp_path)
    found = regression(bench(matrix), read_baseline(baseline.FILE), compilers(matrix.boards))
    assert found is None, str(found)


def test_the_baseline_is_whole() -> None:
    known = {entry.key for entry in read_baseline(baseline.FILE).entries}
    assert known == set(baseline.PLACES)
    assert set(baseline.QUICK) <= known


def written(folder: Path, *entries: Entry) -> Path:
    file = folder / "baseline.json"
    rows = [{name: getattr(entry, name) for name in entry.__slots__} for entry in entries]
    file.write_text(json.dumps({"schema": 1, "compilers": {"gcc": "gcc 12"}, "entries": rows}))
    return file


def test_two_percent_are_allowed(tmp_path: Path) -> None:
    old = read_baseline(written(tmp_path, ROW))
    assert regression([replace(ROW, instructions=1020)], old, {"gcc": "gcc 12"}) is None
    broken = regression([replace(ROW, instructions=1021)], old, {"gcc": "gcc 12"})
    assert broken is not None
    assert "net on cortex-m4 (balanced): 1,000 -> 1,021 (+2.1 %)" in broken.reason


def test_another_compiler_is_named(tmp_path: Path) -> None:
    broken = regression([replace(ROW, instructions=2000)], read_baseline(written(tmp_path, ROW)), {"gcc": "gcc 13"})
    assert broken is not None and "gcc is 'gcc 13', the baseline's 'gcc 12'" in broken.hint


def test_a_baseline_of_other_models_is_no_baseline(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="knows none of the 1 entries"):
        regression([replace(ROW, model="other")], read_baseline(written(tmp_path, ROW)), {})


@pytest.mark.parametrize("text", ["", "{}", '{"schema": 9}', '{"schema": 1, "compilers": {}, "entries": [{}]}'])
def test_damaged_baseline(text: str, tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_text(text)
    with pytest.raises(DataError, match=r"baseline\.json"):
        read_baseline(tmp_path / "baseline.json")


def test_command(tmp_path: Path) -> None:
    model, samples = write(thin, tmp_path)
    ask = ("bench", model, "--board", "cortex-m4", "--recipe", baseline.RECIPE, "--calib", samples)
    first = tinyc(*ask, "--write", tmp_path / "table.json", "--json")
    assert first.json["entries"][0]["model"] == "thin"
    rows = json.loads((tmp_path / "table.json").read_text())
    assert rows == first.json
    rows["entries"][0]["instructions"] //= 2
    (tmp_path / "table.json").write_text(json.dumps(rows))
    second = tinyc(*ask, "--baseline", tmp_path / "table.json")
    assert second.code == 1
    assert "thin on cortex-m4 (balanced)" in second.stderr
    assert "+100." in second.stdout
