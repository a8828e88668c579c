"""The program itself: its help, and how every command ends."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tinyc.errors import TinycError
from tinyc.version import __version__

_INTERRUPTED = 130
_BROKEN_PIPE = 1


class _Guarded(TyperGroup):
    """Ends with the exit code of a TinycError and its message on stderr; quietly when interrupted."""

    def invoke(self, ctx: Any) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except TinycError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as error:
            raise typer.Exit(_INTERRUPTED) from error
        except BrokenPipeError as error:
            # Python flushes stdout once more at its end, which must not complain either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(_BROKEN_PIPE) from error
        return result


app = typer.Typer(
    cls=_Guarded,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Compile ONNX models to standalone C for microcontrollers, and prove the result on an emulated board.",
    epilog="tinyc build model.onnx --board cortex-m4 makes a folder of C; tinyc verify model.onnx --board cortex-m4 "
    "proves it. tinyc COMMAND --help has an example for each command.",
)


def main() -> None:
    """Run the command line and leave with its exit code."""
    app(prog_name="tinyc")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tinyc {__version__}")
        raise typer.Exit


@app.callback()
def tinyc(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Options of the program itself; its help stands with `app`."""
