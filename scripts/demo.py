"""Build the bundled digits CNN, run 50 held-out images, print what it takes. Uses only the `tinyc` command.

Started by scripts/demo, which sets up what it needs; everything it writes goes to build/demo.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
DIGITS = ROOT / "examples" / "digits"
WORK = ROOT / "build" / "demo"
BOARD = "cortex-m4"
IMAGES = 50


@dataclass(frozen=True, slots=True)
class Row:
    """What one model showed; None where it was not measured."""

    model: str
    host_top1: float
    board_top1: float | None
    difference: float | None
    flash_bytes: int | None
    ram_bytes: int | None
    instructions: int | None


def tinyc(*arguments: str | Path) -> str:
    """Run the tinyc that belongs to this Python; its messages pass through, its stdout comes back."""
    command = [Path(sys.executable).with_name("tinyc"), *arguments]
    print("$ tinyc", *(str(word).removeprefix(f"{ROOT}/") for word in arguments), flush=True)
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        print(done.stdout, end="")
        sys.exit(done.returncode)
    return done.stdout


def top1(built: Path, images: Path, where: str) -> float:
    return float(json.loads(tinyc("eval", built, "--data", images, "--on", where, "--json"))["top1"])


def outputs(built: Path, images: Path, where: str) -> dict[str, Any]:
    target = built.with_name(f"{built.name}_{where}.npz")
    tinyc("run", built, "--on", where, "--input", images, "--output", target)
    with np.load(target) as arrays:
        return dict(arrays)


def greatest_difference(built: Path, images: Path) -> float:
    """Between host and board, relative to the greatest output; 0 means equal bit for bit."""
    host, board = outputs(built, images, "host"), outputs(built, images, "qemu")
    assert host.keys() == board.keys(), (list(host), list(board))
    differences = [0.0]
    for name, ours in host.items():
        wide = ours.astype(np.float64)
        apart = np.abs(wide - board[name].astype(np.float64)).max()
        differences.append(float(apart / max(np.abs(wide).max(), np.finfo(np.float32).tiny)))
    return max(differences)


def measure(model: Path, images: Path, on_board: bool) -> Row:
    built = WORK / model.stem
    tinyc("build", model, "--board", BOARD, "-o", built)
    report = json.loads((built / "report.json").read_text())
    return Row(
        model=model.name,
        host_top1=top1(built, images, "host"),
        board_top1=top1(built, images, "qemu") if on_board else None,
        difference=greatest_difference(built, images) if on_board else None,
        flash_bytes=report["flash"]["total"],
        ram_bytes=report["ram"]["total"],
        instructions=json.loads(tinyc("profile", built, "--json"))["instructions"] if on_board else None,
    )


def number(value: int | None) -> str:
    return "not measured" if value is None else f"{value:,}"


def percent(value: float | None) -> str:
    return "not run" if value is None else f"{100 * value:.1f} %"


def equality(difference: float | None) -> str:
    if difference is None:
        return "not run"
    return "bit for bit" if difference == 0.0 else f"within {difference:.1e}"


def table(rows: list[Row]) -> Table:
    made = Table(title=f"digits CNN, {IMAGES} held-out images, board {BOARD} (emulated)")
    made.add_column("model")
    for head in ("top-1 host", "top-1 board", "host = board", "flash bytes", "RAM bytes", "instructions/inference"):
        made.add_column(head, justify="right")
    for row in rows:
        made.add_row(
            row.model, percent(row.host_top1), percent(row.board_top1), equality(row.difference),
            number(row.flash_bytes), number(row.ram_bytes), number(row.instructions),
        )  # fmt: skip
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--on", choices=("board", "host"), default="board", help="host: leave the emulated board out")
    on_board = parser.parse_args().on == "board"

    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    images = WORK / "images.npz"
    with np.load(DIGITS / "digits_test.npz") as held_out:
        np.savez(images, x=held_out["x"][:IMAGES], y=held_out["y"][:IMAGES])

    rows = [measure(DIGITS / name, images, on_board) for name in ("digits_int8.onnx", "digits_float.onnx")]
    Console(width=None if sys.stdout.isatty() else 140).print(table(rows))
    print("Emulators count instructions, not cycles. The C is in", WORK.relative_to(ROOT) / "digits_int8")


if __name__ == "__main__":
    main()
