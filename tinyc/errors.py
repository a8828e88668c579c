"""The user's errors: each names the place, the reason and the way out.

`assert` is for our own mistakes, `TinycError` for the user's. The command line prints the message and
leaves with `exit_code`; a library caller catches the class.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class TinycError(Exception):
    """A mistake or a limit that the user can act on.

    `reason` is one sentence with the place in it, `hint` the way out. Exit codes are those of the command
    line: 1 user error, 2 wrong usage, 3 does not fit the board's budget, 4 requirement of the recipe not met.
    """

    exit_code = 1

    def __init__(self, reason: str, *, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint

    def __str__(self) -> str:
        text = f"{type(self).__name__}: {self.reason}"
        return f"{text}\nHint: {self.hint}" if self.hint else text


class ModelError(TinycError):
    """The ONNX file is missing, damaged or not what it says it is."""


class UnsupportedOp(TinycError):
    """The model is valid, but holds operators or attributes that tinyc has no meaning or kernel for.

    `nodes` lists each node of a model with its operator, the reason and the way out, where the whole model was looked
    at.
    """

    def __init__(self, reason: str, *, hint: str = "", nodes: Iterable[tuple[str, str, str, str]] = ()) -> None:
        super().__init__(reason, hint=hint)
        self.nodes = tuple(nodes)


class GraphError(TinycError):
    """A graph in text form, or one made by hand, breaks a rule of the IR."""


class RecipeError(TinycError):
    """A recipe has an unknown word, option or pattern, or passes in an impossible order."""


class BoardError(TinycError):
    """A board file is unknown, malformed or contradicts itself."""


class DataError(TinycError):
    """Sample data has the wrong keys, shape, dtype or values."""


class ToolMissing(TinycError):
    """A compiler, an emulator or a solver is not installed."""


class ToolFailed(TinycError):
    """A compiler or emulator ran and failed, or did not end in time."""


class OutputError(TinycError):
    """The output folder cannot be written."""


class OptionError(TinycError):
    """An option names what the model does not have, or contradicts another."""

    exit_code = 2


class DoesNotFit(TinycError):
    """The model needs more memory than the board's budget."""

    exit_code = 3


class RequirementMissed(TinycError):
    """A `require` line of the recipe does not hold."""

    exit_code = 4


_READABLE = 40


def did_you_mean(word: str, known: Iterable[str], too_many: str = "") -> str:
    """The way out for an unknown word: the nearest of the known ones, or all of them where none is near; `too_many`
    instead, if that is given and they are more than one reads.
    """
    words = sorted(known)
    near = get_close_matches(word, words, n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"
    if too_many and len(words) > _READABLE:
        return too_many
    return f"known: {', '.join(words)}" if words else ""
