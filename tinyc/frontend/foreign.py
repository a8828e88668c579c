"""What the onnx package may raise on damaged models, turned into the user's error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tinyc.errors import ModelError

MALFORMED = (ValueError, TypeError, KeyError, IndexError, OverflowError, ZeroDivisionError)
"""What reading fields of a model that contradict each other raises in Python code; ValueError covers bad UTF-8."""


@contextmanager
def onnx_step(what: str, hint: str) -> Iterator[None]:
    """Run a step of the onnx package; ModelError "`what`: first line of its complaint" if it fails."""
    import onnx
    from google.protobuf.message import Error as ProtobufError

    own = (onnx.checker.ValidationError, onnx.shape_inference.InferenceError, onnx.version_converter.ConvertError)
    try:
        yield
    except (*own, ProtobufError, *MALFORMED, OSError, RuntimeError) as error:
        raise ModelError(f"{what}: {first_line(error)}", hint=hint) from error


def first_line(error: BaseException) -> str:
    """The first line of an error's text that says something, printable."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
