"""Board files: every one that tinyc brings is sound, and every mistake is named with file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinyc.errors import BoardError
from tinyc.targets import Isa, board_names, load_board, load_cores
from tinyc.targets.load import read_cores

GOOD = {
    "": 'name = "own"\ntitle = "Own board"\ncore = "cortex-m4"\nclock_hz = 1_000_000\n',
    "memory": 'flash = { origin = 0, size = "256K", access = "rx" }\n'
    'ram = { origin = 0x2000_0000, size = "64K", access = "rwx" }\n'
    'fast = { origin = 0x1000_0000, size = "16K", access = "rw", cost = 0.5 }\n',
    "budget": 'flash = "256K"\nram = "64K"\nstack = "4K"\nfast = "16K"\n',
    "console": 'kind = "semihosting"\n',
    "emulator.qemu": 'machine = "mps2-an386"\n',
}

BAD = [
    # part to change, old text, new text, key named, words of the complaint
    ("", "clock_hz = 1_000_000", "", "clock_hz", "missing"),
    ("", "clock_hz = 1_000_000", "clock_hz = 0", "clock_hz", "above zero"),
    ("", "clock_hz = 1_000_000", "clock_hz = true", "clock_hz", "an integer"),
    ("", "clock_hz = 1_000_000", 'clock_hz = "fast"', "clock_hz", "an integer"),
    ("", 'title = "Own board"', "", "title", "missing"),
    ("", 'title = "Own board"', "title = 7", "title", "a string"),
    ("", 'title = "Own board"', 'titel = "Own board"', "titel", "unknown key"),
    ("", '"own"', '"other"', "name", "own.toml"),
    ("", "cortex-m4", "cortex-m44", "core", "cortex-m4"),
    ("", 'name = "own"', 'name = "own', "not TOML", ""),
    ("memory", "flash =", "flsh =", "memory.flash", "missing"),
    ("memory", "ram =", "sram =", "memory.ram", "missing"),
    ("memory", "ram =", "Ram =", "memory.Ram", "name"),
    ("memory", '"rx"', '"rwx"', "memory.flash.access", "must not have w"),
    ("memory", '"rwx"', '"rx"', "memory.ram.access", "must have w"),
    ("memory", '"rwx"', '"all"', "memory.ram.access", "none of"),
    ("memory", "0x2000_0000", "0x0003_FFFF", "memory.ram", "overlaps flash"),
    ("memory", "0x2000_0000", "0xFFFF_F000", "memory.ram.origin", "32-bit"),
    ("memory", "0x2000_0000", "-4096", "memory.ram.origin", "32-bit"),
    ("memory", '"64K"', '"64KB"', "memory.ram.size", "64KB"),
    ("memory", '"64K"', "0", "memory.ram.size", "a string"),
    ("memory", 'size = "64K", ', "", "memory.ram.size", "missing"),
    ("memory", '"64K",', '"64K", speed = 1,', "memory.ram.speed", "unknown key"),
    ("budget", '"256K"', '"257K"', "budget.flash", "262144"),
    ("budget", '"64K"', '"65K"', "budget.ram", "65536"),
    ("budget", '"4K"', '"64K"', "budget.stack", "leaves nothing"),
    ("budget", 'stack = "4K"', "", "budget.stack", "missing"),
    ("budget", 'stack = "4K"', 'stack = "4K"\nheap = "4K"', "budget.heap", "unknown key"),
    ("memory", '"64K",', '"64K", cost = 0,', "memory.ram.cost", "above zero"),
    ("memory", '"64K",', '"64K", cost = "low",', "memory.ram.cost", "a number"),
    ("memory", '"64K",', '"64K", cost = true,', "memory.ram.cost", "a number"),
    ("memory", "fast = { origin = 0x1000_0000", "fast = { origin = 0x2000_FFF0", "memory.fast", "overlaps ram"),
    ("memory", "0x1000_0000", "0x1000_0008", "budget.fast", "multiple of 16"),
    ("budget", 'fast = "16K"', 'fast = "17K"', "budget.fast", "16384"),
    ("budget", 'fast = "16K"', 'fsat = "16K"', "budget.fsat", "did you mean fast"),
    ("console", "semihosting", "semihost", "console.kind", "none of"),
    ("console", "kind =", "type =", "console.type", "unknown key"),
    ("emulator.qemu", "machine =", "board =", "emulator.qemu.board", "unknown key"),
]


def write_board(folder: Path, parts: dict[str, str]) -> Path:
    file = folder / "own.toml"
    file.write_text("\n".join(f"[{name}]\n{text}" if name else text for name, text in parts.items()))
    return file


@pytest.mark.parametrize("name", board_names())
def test_every_board_loads(name: str) -> None:
    board = load_board(name)
    assert board.name == name
    assert board.ram_regions[0] is board.ram
    assert board.budget.stack_bytes < board.budget.ram_bytes <= board.ram.size_bytes
    assert board.budget.flash_bytes <= board.flash.size_bytes
    assert board.core is load_cores()[board.core.name]


def test_every_core_has_a_board() -> None:
    assert {load_board(name).core.name for name in board_names()} == set(load_cores())


def test_own_board_from_a_file(tmp_path: Path) -> None:
    board = load_board(write_board(tmp_path, GOOD))
    assert (board.flash.size_bytes, board.ram.size_bytes) == (256 * 1024, 64 * 1024)
    assert board.budget.stack_bytes == 4096
    assert [(region.cost, board.share(region)) for region in board.ram_regions] == [(1.0, 60 * 1024), (0.5, 16 * 1024)]
    assert board.emulator is not None
    assert board.vectors == board.flash
    assert Isa.DSP | Isa.FPU_SP in board.core.isa


@pytest.mark.parametrize("part, old, new, key, words", BAD, ids=[f"{row[3]}-{row[4]}" for row in BAD])
def test_bad_board(tmp_path: Path, part: str, old: str, new: str, key: str, words: str) -> None:
    assert old in GOOD[part]
    file = write_board(tmp_path, {**GOOD, part: GOOD[part].replace(old, new)})
    with pytest.raises(BoardError) as caught:
        load_board(file)
    message = str(caught.value)
    assert f"{file}: {key}:" in message
    assert words in message


BAD_CORES = [
    ('isa = ["dps"]', "x.isa", "did you mean dsp"),
    ('isa = ["fpu-dp"]', "x.isa", "without fpu-sp"),
    ("isa = [1]", "x.isa", "list of strings"),
    ("isa = []\nflags = []", "x.flags", "unknown key"),
    ('isa = []\ncompiler_prefix = ""', "x.cflags", "missing"),
    ('isa = []\ncompiler_prefix = ""\ncflags = []\ncycle_model = "m4"', "x.cycle_model", "true or false"),
]


@pytest.mark.parametrize("text, key, words", BAD_CORES)
def test_bad_core(tmp_path: Path, text: str, key: str, words: str) -> None:
    file = tmp_path / "cores.toml"
    file.write_text(f"[x]\n{text}\n")
    with pytest.raises(BoardError, match=words) as caught:
        read_cores(file)
    assert f"{file}: {key}:" in str(caught.value)


def test_unknown_board_offers_the_nearest() -> None:
    with pytest.raises(BoardError, match="nucleo-l4r5") as caught:
        load_board("nucleo-l4r5")
    assert "nucleo-l4r5zi" in caught.value.hint
    with pytest.raises(BoardError) as caught:
        load_board("zzz")
    assert "nrf52840dk" in caught.value.hint


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BoardError, match=r"absent\.toml"):
        load_board(tmp_path / "absent.toml")


def test_isa_words_and_needs() -> None:
    isa = load_cores()["cortex-m55"].isa
    assert isa.words == ("dsp", "mve", "fpu-sp", "fpu-dp")
    assert isa.meets(Isa.NONE)
    assert isa.meets(Isa.DSP | Isa.MVE)
    assert not load_cores()["cortex-m4"].isa.meets(Isa.DSP | Isa.MVE)
