"""The generated C as a product: clean under every compiler, deterministic, linkable twice, safe against misuse."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tinyc.codegen.project import write
from tinyc.driver import BuildResult, Options, build
from tinyc.targets import load_board

STRICT = ["-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-pedantic", "-O2"]
COMPILERS = {
    "gcc": ["gcc", *STRICT, "-Wcast-qual", "-Wmissing-prototypes", "-Wstrict-prototypes", "-Wundef"],
    "clang": ["clang", *STRICT],
    "arm": ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16", *STRICT],
    "riscv": ["riscv64-unknown-elf-gcc", "--specs=picolibc.specs", "-march=rv32imc", "-mabi=ilp32", *STRICT],
    "m0": ["arm-none-eabi-gcc", "-mcpu=cortex-m0", "-mthumb", *STRICT],
}


def made(model: Path, folder: Path, **options: object) -> tuple[BuildResult, Path]:
    result = build(model, load_board("cortex-m4"), options=Options(**options))  # type: ignore[arg-type]
    write(result.project, folder)
    return result, folder


def run(*command: object) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("compiler", COMPILERS)
def test_every_file_compiles_alone_without_a_warning(model: Path, compiler: str, tmp_path: Path) -> None:
    _, folder = made(model, tmp_path / "out")
    for define in ([], ["-DTINYC_PROFILE"]):
        for source in sorted((folder / "src").glob("*.c")):
            run(*COMPILERS[compiler], *define, f"-I{folder / 'include'}", "-c", source, "-o", tmp_path / "x.o")


def test_header_is_cpp17(model: Path, tmp_path: Path) -> None:
    result, folder = made(model, tmp_path / "out")
    user = tmp_path / "user.cpp"
    user.write_text(f'#include "{result.program.name}.h"\nint main() {{ return 0; }}\n')
    run("g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-pedantic", f"-I{folder / 'include'}", "-c", user,
        "-o", tmp_path / "x.o")  # fmt: skip


def test_same_input_gives_same_bytes(model: Path, tmp_path: Path) -> None:
    first, second = made(model, tmp_path / "a")[0], made(model, tmp_path / "b" / "deeper")[0]
    assert first.project == second.project
    assert not [path for path, data in first.project.files.items() if str(tmp_path).encode() in data]


def test_no_forbidden_names_and_no_writable_globals(model: Path, tmp_path: Path) -> None:
    result, folder = made(model, tmp_path / "out")
    objects = []
    for source in sorted((folder / "src").glob("*.c")):
        target = tmp_path / f"{source.name}.o"
        run(*COMPILERS["arm"], f"-I{folder / 'include'}", "-c", source, "-o", target)
        objects.append(target)
    symbols = [line.split() for line in run("arm-none-eabi-nm", *objects).splitlines() if line and ":" not in line]
    kinds = {words[-1]: words[-2] for words in symbols}
    assert not [name for name, kind in kinds.items() if kind in "BbDdC"], "writable data"
    ours = (f"{result.program.name}_", "tc_", "tinyc_")
    external = [name for name, kind in kinds.items() if kind in "TRWV" and not name.startswith(ours)]
    assert not external, "external symbols without prefix"
    wanted = {name for name, kind in kinds.items() if kind == "U" and kinds.get(name, "U") == "U"}
    foreign = {name for name in wanted if not name.startswith(ours) and not name.startswith("__aeabi")}
    floats = any(tensor.type.dtype.is_float for call in result.program.calls for tensor in call.outputs)
    assert foreign <= ({"memcpy", "memset", "memmove", "expf"} if floats else {"memcpy", "memset", "memmove"})
    text = "".join(path.read_text() for path in (folder / "src").glob("*.c"))
    assert not re.search(r"\b(malloc|free|printf|abort|exit)\s*\(", text)
    assert floats or "math.h" not in text


def test_two_models_in_one_image(digits: Path, cnn: Path, tmp_path: Path) -> None:
    """Both as plain sources in one program, each giving what it gives alone."""
    names = {"one": digits / "digits_int8.onnx", "two": cnn, "three": digits / "digits_int8.onnx"}
    folders = [made(path, tmp_path / name, name=name)[1] for name, path in names.items()]
    main = tmp_path / "main.c"
    body = "".join(
        f"    static {n}_t {n}_model;\n    static _Alignas(16) uint8_t {n}_arena[{n.upper()}_ARENA_BYTES];\n"
        f"    if ({n}_init(&{n}_model, {n}_arena, sizeof {n}_arena) != TINYC_OK) return 1;\n"
        f"    if ({n}_invoke(&{n}_model) != TINYC_OK) return 2;\n"
        for n in names
    )
    main.write_text(
        "".join(f'#include "{n}.h"\n' for n in names) + "#include <string.h>\nint main(void)\n{\n" + body
        + "    return memcmp(one_output(&one_model, 0), three_output(&three_model, 0), ONE_OUTPUT_0_BYTES);\n}\n"
    )  # fmt: skip
    includes = [f"-I{folder / 'include'}" for folder in folders]
    objects = []
    for folder in folders:
        for source in sorted((folder / "src").glob("*.c")):
            objects.append(tmp_path / f"{folder.name}_{source.name}.o")
            run(*COMPILERS["gcc"], *includes, "-c", source, "-o", objects[-1])
    run(*COMPILERS["gcc"], *includes, main, *objects, "-o", tmp_path / "both", "-lm")
    run(tmp_path / "both")


MISUSE = """#include "m.h"
#include <string.h>
static _Alignas(16) uint8_t arena[M_ARENA_BYTES + 16];
int main(void)
{
    m_t a, b;
    memset(&a, 0, sizeof a);
    if (m_invoke(&a) != TINYC_NOT_INITIALISED) return 1;
    if (m_invoke(NULL) != TINYC_NULL_POINTER) return 2;
    if (m_init(&a, NULL, sizeof arena) != TINYC_NULL_POINTER) return 3;
    if (m_init(NULL, arena, sizeof arena) != TINYC_NULL_POINTER) return 4;
    if (m_init(&a, arena, M_ARENA_BYTES - 1u) != TINYC_ARENA_TOO_SMALL) return 5;
    if (m_init(&a, arena + 1, M_ARENA_BYTES) != TINYC_ARENA_MISALIGNED) return 6;
    if (m_input(&a, 0) != NULL || m_output(&a, 0) != NULL) return 7;
    if (m_init(&a, arena, M_ARENA_BYTES) != TINYC_OK) return 8;
    if (m_input(&a, M_INPUT_COUNT) != NULL || m_output(&a, M_OUTPUT_COUNT) != NULL) return 9;
    static _Alignas(16) uint8_t other[M_ARENA_BYTES];
    if (m_init(&b, other, sizeof other) != TINYC_OK) return 10;
    memset(m_input(&a, 0), 1, M_INPUT_0_BYTES);
    memset(m_input(&b, 0), 1, M_INPUT_0_BYTES);
    if (m_invoke(&a) != TINYC_OK || m_invoke(&b) != TINYC_OK) return 11;
    if (memcmp(m_output(&a, 0), m_output(&b, 0), M_OUTPUT_0_BYTES) != 0) return 12;
    if (strstr(m_info(), "cortex-m4") == NULL) return 13;
    for (unsigned s = 0; s < 10; s++) if (tinyc_status_text((tinyc_status)s) == NULL) return 14;
    return 0;
}
"""


def test_misuse_is_refused(digits: Path, tmp_path: Path) -> None:
    _, folder = made(digits / "digits_int8.onnx", tmp_path / "m", name="m")
    (tmp_path / "main.c").write_text(MISUSE)
    run("gcc", "-std=c11", "-fsanitize=address,undefined", f"-I{folder / 'include'}", tmp_path / "main.c",
        *sorted((folder / "src").glob("*.c")), "-o", tmp_path / "misuse", "-lm")  # fmt: skip
    run(tmp_path / "misuse")


FLOAT_IO = """#include "m.h"
#include <stdio.h>
int main(void)
{
    const float in[] = {-1000.0f, -0.26f, 0.0f, 0.25f, 0.5f, 1000.0f};
    (void)in;
    float real[M_INPUT_0_ELEMENTS] = {0};
    static M_INPUT_0_TYPE q[M_INPUT_0_ELEMENTS];
    for (int i = 0; i < 6; i++) real[i] = in[i];
    m_quantize_input(0, real, q);
    m_quantize_input(9, real, q);
    for (int i = 0; i < 6; i++) printf("%d ", q[i]);
    static M_OUTPUT_0_TYPE y[M_OUTPUT_0_ELEMENTS];
    float out[M_OUTPUT_0_ELEMENTS];
    y[0] = 5;
    m_dequantize_output(0, y, out);
    printf("%.9g", (double)out[0]);
    return 0;
}
"""


def test_float_helpers_quantise_as_the_tool_does(digits: Path, tmp_path: Path) -> None:
    import numpy as np

    result, folder = made(digits / "digits_int8.onnx", tmp_path / "m", name="m")
    (tmp_path / "main.c").write_text(FLOAT_IO)
    run("gcc", "-std=c11", f"-I{folder / 'include'}", tmp_path / "main.c", *sorted((folder / "src").glob("*.c")),
        "-o", tmp_path / "io", "-lm")  # fmt: skip
    words = run(tmp_path / "io").split()
    quant, out = result.program.inputs[0].type.quant, result.program.outputs[0].type.quant
    assert quant is not None and out is not None
    real = np.array([-1000.0, -0.26, 0.0, 0.25, 0.5, 1000.0], np.float32)
    steps = np.rint(real / np.float32(quant.scale[0])) + quant.zero_point[0]
    assert [int(word) for word in words[:6]] == np.clip(steps, -128, 127).astype(int).tolist()
    assert np.float32(words[6]) == np.float32(out.scale[0]) * np.float32(5 - out.zero_point[0])


def test_cmake_builds_the_static_library(digits: Path, tmp_path: Path) -> None:
    result, _ = made(digits / "digits_float.onnx", tmp_path / "m", name="m")
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.13)\nproject(user C)\nadd_subdirectory(m)\n"
        "add_executable(user user.c)\ntarget_link_libraries(user m)\n"
    )
    (tmp_path / "user.c").write_text('#include "m.h"\nint main(void) { return m_info() == NULL; }\n')
    run("cmake", "-S", tmp_path, "-B", tmp_path / "build")
    run("cmake", "--build", tmp_path / "build")
    run(tmp_path / "build" / "user")
    assert result.program.name == "m"


def test_cppcheck_finds_nothing(model: Path, tmp_path: Path) -> None:
    _, folder = made(model, tmp_path / "out")
    run("cppcheck", "--quiet", "--std=c11", "--error-exitcode=1", "--enable=warning,portability,performance",
        "--inline-suppr", f"-I{folder / 'include'}", folder / "src")  # fmt: skip


def test_readme_example_compiles(model: Path, tmp_path: Path) -> None:
    _, folder = made(model, tmp_path / "out")
    text = (folder / "README.md").read_text()
    example = tmp_path / "example.c"
    example.write_text(text.split("```c\n", 1)[1].split("```", 1)[0])
    command = [word for word in COMPILERS["gcc"] if word != "-Wmissing-prototypes"]
    run(*command, f"-I{folder / 'include'}", "-c", example, "-o", tmp_path / "x.o")
