"""An ONNX file becomes a verified graph. ONNX is not seen after this line."""

from __future__ import annotations

import hashlib
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tinyc.errors import TinycError
from tinyc.frontend.model_file import read_model
from tinyc.frontend.onnx_graph import to_graph
from tinyc.ir.graph import Graph
from tinyc.ir.states import declare_states
from tinyc.ir.verify import verify
from tinyc.passes.base import PassContext
from tinyc.passes.fold_qdq import FoldQdq
from tinyc.passes.fuse_activation import FuseActivation

_C_WORDS = frozenset(
    word
    for line in (
        "auto break case char const continue default do double else enum extern float for goto if inline int long",
        "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while",
        "asm bool class delete new private protected public this throw try catch template typename using virtual",
        "namespace operator friend explicit export mutable main arena self tinyc",
    )
    for word in line.split()
)


class BadName(TinycError):
    """A name that cannot be used for C symbols."""


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A graph with its origin."""

    graph: Graph
    path: Path
    sha256: str


def load(
    path: Path,
    *,
    name: str | None = None,
    dims: Mapping[str, int] | None = None,
    states: Mapping[str, str] | None = None,
) -> LoadedModel:
    """Read, check, convert and fold a model. `name` prefixes all C symbols; by default the file's stem. `states` maps
    inputs to the outputs that they continue.

    ModelError, UnsupportedOp or BadName on bad input.
    """
    symbol = c_name(path.stem) if name is None else checked_name(name)
    model, context = read_model(path, dims or {}), PassContext()
    imported = declare_states(to_graph(model, symbol), states or {}, [output.name for output in model.graph.output])
    graph = FoldQdq().run(FuseActivation().run(imported, context), context)
    verify(graph)
    return LoadedModel(graph, path, hashlib.sha256(path.read_bytes()).hexdigest())


def c_name(stem: str) -> str:
    """A C identifier made of a file's stem: "my-model.v2" becomes my_model_v2."""
    text = re.sub(r"[^A-Za-z0-9_]+", "_", stem).strip("_").lower() or "model"
    text = f"m_{text}" if text[0].isdigit() else text
    return f"{text}_model" if text in _C_WORDS or keyword.iskeyword(text) or text.startswith("tc_") else text


def checked_name(name: str) -> str:
    """The name itself, if it can prefix C symbols; BadName otherwise."""
    bad = not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or name in _C_WORDS or name.startswith(("tc_", "tinyc"))
    if bad or len(name) > 48:
        raise BadName(
            f'"{name}" cannot prefix C symbols',
            hint=f"letters, digits and underscores, at most 48, no C keyword, not tc_*: --name {c_name(name)}",
        )
    return name
