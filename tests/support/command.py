"""The command line in this process, and small models written as text."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.parser

from tinyc.cli import app


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


def tinyc(*arguments: str | Path) -> Ended:
    """Run `tinyc` with these arguments in the current folder. An escaping exception fails the test, as it should."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            app([str(argument) for argument in arguments], prog_name="tinyc")
        except SystemExit as ended:
            code = ended.code
    assert isinstance(code, int), code
    return Ended(code, out.getvalue(), err.getvalue())


def model(text: str, path: Path, opset: int = 17, check: bool = True) -> Path:
    """Write the model `<graph text>` in ONNX's text syntax; the initialisers are in the text."""
    proto = onnx.parser.parse_model(f'<ir_version: 8, opset_import: ["" : {opset}]>\n{text}')
    if check:
        onnx.checker.check_model(proto)
    onnx.save(proto, path)
    return path


DENSE = """
net (float[1,4] x) => (float[1,3] y)
<float[4,3] w = {0.5, -0.25, 1.0, 0.75, 0.125, -1.0, 2.0, 0.5, -0.5, 1.5, -2.0, 0.25}, float[3] b = {0.1, 0.2, -0.3}>
{ h = Gemm(x, w, b)  y = Relu(h) }
"""


def dense(path: Path) -> Path:
    """x[1,4] times 4x3 weights plus bias, relu."""
    return model(DENSE, path)


def samples(path: Path, **arrays: np.ndarray[Any, Any]) -> Path:
    """Write an .npz file."""
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return path
