"""A project folder in the shape that `tinyc build` leaves, written by hand and small: y = 2 * x + weights, in int8.

Layer 0 doubles into the arena's second part, layer 1 adds the weights in place of the doubled values' front.
"""

from __future__ import annotations

import json
from pathlib import Path

ELEMENTS = 8
WEIGHTS = (3, 1, 4, 1, 5, 9, 2, 6)

HEADER = """
#ifndef TOY_H
#define TOY_H
#include <stddef.h>
#include <stdint.h>
#define TOY_ARENA_BYTES 32u
#define TOY_ARENA_ALIGN 16u
typedef enum { TINYC_OK = 0, TINYC_BAD_ARENA = 1, TINYC_BROKEN = 2 } tinyc_status;
typedef struct { unsigned char *arena; } toy_t;
const char *tinyc_status_text(tinyc_status status);
tinyc_status toy_init(toy_t *self, void *arena, size_t arena_bytes);
void *toy_input(toy_t *self, unsigned index);
const void *toy_output(const toy_t *self, unsigned index);
tinyc_status toy_invoke(toy_t *self);
extern const int8_t toy_weights[8];
#ifdef TINYC_PROFILE
void tinyc_layer_begin(unsigned layer);
void tinyc_layer_end(unsigned layer);
#define TOY_BEGIN(layer) tinyc_layer_begin(layer)
#define TOY_END(layer) tinyc_layer_end(layer)
#else
#define TOY_BEGIN(layer) ((void)0)
#define TOY_END(layer) ((void)0)
#endif
#endif
"""

SOURCE = """
#include "toy.h"
@PRELUDE@
const char *tinyc_status_text(tinyc_status status) { return (status == TINYC_BROKEN) ? "broken" : "bad arena"; }
tinyc_status toy_init(toy_t *self, void *arena, size_t arena_bytes) {
    self->arena = arena;
    const int fits = (arena_bytes >= TOY_ARENA_BYTES) && (((uintptr_t)arena % TOY_ARENA_ALIGN) == 0u);
    return fits ? TINYC_OK : TINYC_BAD_ARENA;
}
void *toy_input(toy_t *self, unsigned index) { return &self->arena[index]; }
const void *toy_output(const toy_t *self, unsigned index) { return &self->arena[index]; }
__attribute__((noinline)) static void twice(const int8_t *x, int8_t *y) {
    for (int i = 0; i < 8; i++) { y[i] = (int8_t)(2 * x[i]); }
}
__attribute__((noinline)) static void add(const int8_t *x, int8_t *y) {
    for (int i = 0; i < 8; i++) { y[i] = (int8_t)(x[i] + toy_weights[i]); }
}
tinyc_status toy_invoke(toy_t *self) {
    int8_t *const x = (int8_t *)self->arena;
    int8_t *const doubled = (int8_t *)&self->arena[16];
    TOY_BEGIN(0u);
    twice(x, doubled);
    TOY_END(0u);
    TOY_BEGIN(1u);
    add(doubled, x);
    TOY_END(1u);
    @BODY@
    return TINYC_OK;
}
"""

WEIGHTS_SOURCE = f"""
#include "toy.h"
const int8_t toy_weights[8] = {{{", ".join(map(str, WEIGHTS))}}};
"""


def tensor(name: str, **more: int) -> dict[str, object]:
    return {"name": name, "dtype": "int8", "shape": [1, 8], "layout": "linear", "bytes": 8, **more}


MANIFEST = {
    "schema": 1,
    "name": "toy",
    "prefix": "toy",
    "board": "cortex-m4",
    "sources": ["src/toy.c", "src/toy_weights.c"],
    "include_dirs": ["include"],
    "cflags": [],
    "libs": ["m"],
    "inputs": [tensor("x")],
    "outputs": [tensor("y")],
    "arena_bytes": 32,
    "arena_align": 16,
    "layers": [
        {"name": "double_0", "op": "mul", "kernel": "twice", "outputs": [tensor("doubled", offset=16)]},
        {"name": "add_0", "op": "add", "kernel": "add", "outputs": [tensor("y", offset=0)]},
    ],
}


def write_toy(folder: Path, *, body: str = "", prelude: str = "") -> Path:
    """The project in `folder`; `body` is C that runs at the end of each call of the model, `prelude` stands before."""
    (folder / "src").mkdir(parents=True)
    (folder / "include").mkdir()
    (folder / "include" / "toy.h").write_text(HEADER)
    (folder / "src" / "toy.c").write_text(SOURCE.replace("@PRELUDE@", prelude).replace("@BODY@", body))
    (folder / "src" / "toy_weights.c").write_text(WEIGHTS_SOURCE)
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))
    return folder


def toy_answer(inputs: bytes) -> bytes:
    """What the model gives for one or more samples."""
    return bytes((2 * x + WEIGHTS[i % ELEMENTS]) & 0xFF for i, x in enumerate(inputs))
