"""Plans of random networks in C, all memory poisoned before each call except what the plan says that calls still need:
equal to numpy, bit for bit.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.random_nets import random_net
from tinyc.codegen.emit import Origin, emit
from tinyc.codegen.project import write
from tinyc.ir.graph import Graph
from tinyc.ir.interp import interpret
from tinyc.ir.types import Array
from tinyc.lower.lower import lower
from tinyc.lower.program import Program
from tinyc.targets import load_board
from tinyc.toolchain import Compiler, compile_objects, host_cc, link, run_tool

BOARD = load_board("cortex-m4")
FLAGS = ("-std=c11", "-O1", "-ffp-contract=off", "-DTINYC_PROFILE")
MAIN = """#include <stdio.h>
#include <string.h>
#include "net.h"
#include "tinyc/layer_hook.h"
static _Alignas(16) unsigned char arena[NET_ARENA_BYTES];
static const struct {{ unsigned layer, offset, bytes; }} poisoned[] = {{ {rows} }};
static const unsigned char input[] = {{ {input} }};
static int everything;
void tinyc_layer_begin(unsigned layer)
{{
    for (unsigned i = 0; i < sizeof poisoned / sizeof poisoned[0]; i++) {{
        if (poisoned[i].layer == layer) {{
            memset(arena + poisoned[i].offset, 0xA5, poisoned[i].bytes);
        }}
    }}
    if (everything) {{
        memset(arena, 0xA5, sizeof arena);
    }}
}}
void tinyc_layer_end(unsigned layer) {{ (void)layer; }}
int main(int count, char **words)
{{
    net_t model;
    (void)words;
    everything = count > 1;
    memset(arena, 0xA5, sizeof arena);
    if (net_init(&model, arena, sizeof arena) != TINYC_OK) {{
        return 1;
    }}
    memcpy(net_input(&model, 0u), input, sizeof input);
    if (net_invoke(&model) != TINYC_OK) {{
        return 2;
    }}
    for (unsigned i = 0; i < NET_OUTPUT_0_BYTES; i++) {{
        printf("%02x", ((const unsigned char *)net_output(&model, 0u))[i]);
    }}
    return 0;
}}
"""


def dead_ranges(program: Program, call: int) -> list[tuple[int, int]]:
    """Offset and bytes of what holds nothing that the call or a later one reads."""
    live = sorted((b.offset, b.offset + b.bytes) for b in program.buffers if b.first < call <= b.last)
    found, reached = [], 0
    for start, end in [*live, (program.arena_bytes, program.arena_bytes)]:
        if start > reached:
            found.append((reached, start - reached))
        reached = max(reached, end)
    return found


def compiled(graph: Graph, sample: Array, folder: Path) -> Path:
    """The network's program for this machine. With an argument it poisons live memory, too."""
    program = lower(graph, BOARD)
    write(emit(program, BOARD, Origin("net.onnx", "0" * 64, "float", "0" * 64)), folder / "net")
    rows = [f"{{{call}u, {at}u, {size}u}}" for call in range(len(program.calls))
            for at, size in dead_ranges(program, call)]  # fmt: skip
    data = program.inputs[0].type.to_memory(sample).tobytes()
    (folder / "main.c").write_text(MAIN.format(rows=", ".join(rows), input=", ".join(map(str, data))))
    compiler = Compiler(tuple(host_cc()), FLAGS, (folder / "net" / "include",))
    sources = [*sorted((folder / "net" / "src").glob("*.c")), folder / "main.c"]
    objects = compile_objects(compiler, sources, folder / "objects")
    return link(compiler, objects, folder / "program", flags=["-lm"])


@pytest.mark.parametrize("seed", [2, pytest.param(33, marks=pytest.mark.slow)])
def test_what_dies_may_be_poisoned(seed: int, tmp_path: Path) -> None:
    graph = replace(random_net(seed, 12), name="net")
    sample = np.random.default_rng(seed).integers(-128, 128, graph.types["x"].shape).astype(np.int8)
    program = compiled(graph, sample, tmp_path)
    kind = graph.types[graph.outputs[0]]
    wanted = kind.to_memory(interpret(graph, {"x": sample})[graph.outputs[0]]).tobytes().hex()
    assert run_tool([program]).stdout == wanted
    assert run_tool([program, "everything"]).stdout != wanted
