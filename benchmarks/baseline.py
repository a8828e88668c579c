"""The committed baseline: networks of random weights on boards, one figure for each goal.

    python -m benchmarks.baseline             the table, beside the baseline; fails where one takes over 2 % more
    python -m benchmarks.baseline --write     measures and writes benchmarks/baseline.json

It needs nothing that the project does not bring. `tests/bench` measures QUICK again at every run.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TypeAlias

from benchmarks.nets import NETS, write
from tinyc import show
from tinyc.bench import Matrix, bench, compilers, document, read_baseline, regression
from tinyc.bench import write as write_table
from tinyc.driver import Options
from tinyc.recipe import load_recipe
from tinyc.targets import load_board

FILE = Path(__file__).with_name("baseline.json")
RECIPE = Path(__file__).with_name("nearest.recipe")
Place: TypeAlias = tuple[str, str, str]
"""Network, board, goal."""

_OTHERS = ("cortex-m0", "cortex-m3", "cortex-m55", "riscv32")
_NETS = {make.__name__: make for make in NETS}
PLACES: tuple[Place, ...] = (
    *((net, "cortex-m4", goal) for net in _NETS for goal in ("balanced", "time", "flash")),
    *((net, board, "balanced") for net in ("dscnn", "resnet") for board in _OTHERS),
)
QUICK: tuple[Place, ...] = (
    ("autoencoder", "cortex-m4", "balanced"),
    ("dscnn", "cortex-m4", "balanced"),
    ("resnet", "cortex-m4", "balanced"),
    ("dscnn", "cortex-m0", "balanced"),
)


def matrix(place: Place, folder: Path) -> Matrix:
    """What one place measures: the int8 network, channels last."""
    net, board, goal = place
    model, samples = write(_NETS[net], folder)
    options = Options(channels_last_inputs=True)
    return Matrix((model,), (load_board(board),), (goal,), load_recipe(str(RECIPE)), options, samples)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="measure and write the baseline")
    write_it = parser.parse_args().write
    with tempfile.TemporaryDirectory() as folder:
        matrices = [matrix(place, Path(folder)) for place in PLACES]
        entries = [entry for one in matrices for entry in bench(one)]
    versions = compilers([board for one in matrices for board in one.boards])
    old = None if write_it else read_baseline(FILE)
    show.benched(entries, old)
    if old is None:
        write_table(FILE, document(entries, versions))
    elif (broken := regression(entries, old, versions)) is not None:
        sys.exit(str(broken))


if __name__ == "__main__":
    main()
