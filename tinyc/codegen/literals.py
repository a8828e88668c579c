"""Numbers and strings as C source."""

from __future__ import annotations

import textwrap

import numpy as np

from tinyc.ir.types import Array

_LINE = 118
_COMMENT_LINE = 120


def float_literal(value: float) -> str:
    """Shortest float32 literal that reads back to the same bits: 0.1f, -INFINITY, NAN."""
    number = np.float32(value)
    if np.isnan(number):
        return "NAN"
    if np.isinf(number):
        return "INFINITY" if number > 0 else "-INFINITY"
    text = np.format_float_scientific(number, trim="-", exp_digits=1)
    plain = np.format_float_positional(number, trim="0") if 1e-5 < abs(number) < 1e7 or number == 0 else text
    text = min(text, plain, key=lambda t: (len(t), t))
    return f"{text}f" if "." in text or "e" in text else f"{text}.0f"


def float_literals(values: Array) -> list[str]:
    """float_literal of each value of a flat float32 array, three times as fast for weights.

    numpy's text of an array is the shortest positional one, and that is what float_literal chooses in these ranges.
    """
    size = np.abs(values)
    is_plain = (((size >= 1e-2) & (size < 100)) | (size == 0)).tolist()
    is_small = ((size >= 1e-3) & (size < 1e-2)).tolist()
    texts = values.astype("U16").tolist()
    return [
        f"{text}f" if plain or (small and len(text) > _SMALL_SIGNED) else float_literal(value)
        for text, plain, small, value in zip(texts, is_plain, is_small, values, strict=True)
    ]


_SMALL_SIGNED = len("-0.005")
"""Up to this length a number below 0.01 may be shorter with an exponent."""


def int_literal(value: int) -> str:
    """A decimal int literal; the most negative values as expressions, since C has no negative literals."""
    if value == -(2**31):
        return "INT32_MIN"
    if value == -(2**63):
        return "INT64_MIN"
    return f"INT64_C({value})" if not -(2**31) < value < 2**31 else str(value)


def array_text(array: Array) -> str:
    """The elements in memory order, comma separated, in long lines without spaces."""
    flat = array.reshape(-1)
    if flat.dtype == np.float32:
        words = float_literals(flat)
    elif flat.dtype == np.bool_:
        words = ["1" if value else "0" for value in flat]
    elif flat.dtype.kind == "u":
        words = [f"{value}u" if value > 0x7FFF else str(value) for value in flat.tolist()]
    elif flat.dtype.itemsize < 4:
        words = [str(value) for value in flat.tolist()]
    else:
        words = [int_literal(value) for value in flat.tolist()]
    return "\n".join(wrapped(words, ",", _LINE))


def wrapped(words: list[str], separator: str, width: int) -> list[str]:
    """The words with separators between them, in lines of at most `width` characters where a word allows it."""
    lines: list[str] = []
    start, length = 0, 0
    for index, word in enumerate(words):
        if length + len(word) + len(separator) > width and index > start:
            lines.append((separator.join(words[start:index]) + separator).rstrip())
            start, length = index, 0
        length += len(word) + len(separator)
    return [*lines, separator.join(words[start:])]


def string_literal(text: str) -> str:
    """A C string of printable ASCII; other characters become question marks."""
    printable = "".join(c if 32 <= ord(c) < 127 else "?" for c in text)
    return '"' + printable.replace("\\", "\\\\").replace('"', '\\"').replace("??", "?\\?") + '"'


def comment_text(text: str) -> str:
    """Text that can stand in a C comment: printable ASCII, no comment marks, no line splice."""
    printable = "".join(c if 32 <= ord(c) < 127 else "?" for c in text)
    return printable.replace("*/", "* /").replace("/*", "/ *").rstrip("\\").replace("??/", "?? /")


def comment_block(text: str) -> list[str]:
    """The lines of a C comment on its own."""
    return textwrap.wrap(f"/* {text} */", _COMMENT_LINE, subsequent_indent=" * ", break_on_hyphens=False)
