"""Programs are found, run, and their failures become errors that name the way out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tinyc import resources
from tinyc.errors import ToolFailed, ToolMissing
from tinyc.toolchain import Compiler, compile_objects, find_tool, host_cc, link, run_tool


def test_data_folders_exist() -> None:
    assert (resources.boards_dir() / "cores.toml").is_file()
    assert (resources.runtime_dir() / "port").is_dir()
    assert resources.templates_dir().is_dir()


@pytest.mark.parametrize(
    "name, package",
    [("arm-none-eabi-gcc", "gcc-arm-none-eabi"), ("qemu-system-arm", "qemu-system-arm"), ("gcc", "gcc")],
)
def test_missing_tool_names_its_package(name: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolMissing, match=name) as caught:
        find_tool(name)
    assert caught.value.hint == f"apt-get install {package}"


def test_unknown_missing_tool_has_a_hint() -> None:
    with pytest.raises(ToolMissing, match="no-such-program") as caught:
        run_tool(["no-such-program"])
    assert "PATH" in caught.value.hint


def test_run_gives_output_and_code() -> None:
    result = run_tool([sys.executable, "-c", "print(input()[::-1])"], stdin="abc")
    assert (result.stdout, result.returncode) == ("cba\n", 0)


def test_failure_shows_the_last_error_lines() -> None:
    program = "import sys; print('\\n'.join(map(str, range(100))), file=sys.stderr); sys.exit(3)"
    with pytest.raises(ToolFailed, match="exit code 3") as caught:
        run_tool([sys.executable, "-c", program])
    assert "\n99" in caught.value.reason
    assert "\n50\n" not in caught.value.reason
    assert run_tool([sys.executable, "-c", program], check=False).returncode == 3


def test_time_out_is_an_error() -> None:
    with pytest.raises(ToolFailed, match=r"did not end within 0\.2 s"):
        run_tool([sys.executable, "-c", "while True: pass"], timeout=0.2)


def test_host_cc_obeys_cc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "gcc -m64")
    assert host_cc() == [find_tool("gcc"), "-m64"]
    monkeypatch.setenv("CC", "no-such-cc")
    with pytest.raises(ToolMissing, match="no-such-cc"):
        host_cc()
    monkeypatch.delenv("CC")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolMissing, match="no C compiler"):
        host_cc()


def test_compile_and_link(tmp_path: Path) -> None:
    (tmp_path / "answer.h").write_text("int answer(void);\n")
    (tmp_path / "answer.c").write_text('#include "answer.h"\nint answer(void) { return 42; }\n')
    (tmp_path / "main.c").write_text('#include "answer.h"\nint main(void) { return answer(); }\n')
    compiler = Compiler(tuple(host_cc()), ("-O1",), (tmp_path,))
    objects = compile_objects(compiler, [tmp_path / "answer.c", tmp_path / "main.c"], tmp_path / "objects")
    program = link(compiler, objects, tmp_path / "program")
    assert run_tool([program], check=False).returncode == 42


def test_compile_error_names_the_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.c"
    broken.write_text("int f(void) { return nothing; }\n")
    with pytest.raises(ToolFailed, match=r"broken\.c:1"):
        compile_objects(Compiler(tuple(host_cc())), [broken], tmp_path)


def test_missing_target_libc_names_its_package(tmp_path: Path) -> None:
    source = tmp_path / "uses_string.c"
    source.write_text("#include <string.h>\n")
    compiler = Compiler(("arm-none-eabi-gcc",), ("-nostdinc",), (tmp_path,))
    with pytest.raises(ToolMissing, match="no C library") as caught:
        compile_objects(compiler, [source], tmp_path)
    assert "libnewlib-arm-none-eabi" in caught.value.hint
