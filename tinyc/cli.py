"""The command line. Each command imports what it needs when it runs: `tinyc --help` answers at once."""

from __future__ import annotations

import json as json_text
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from tinyc.errors import TinycError
from tinyc.version import __version__

if TYPE_CHECKING:
    from tinyc.driver import Options

_DIFFERENT = 5
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


class Edges(StrEnum):
    """What the model takes and gives at its edges."""

    NATIVE = "native"
    FLOAT = "float"


class InputLayout(StrEnum):
    """In which order the model's inputs are delivered."""

    DECLARED = "declared"
    NHWC = "nhwc"


class Optimize(StrEnum):
    """What the choice of kernels is for."""

    TIME = "time"
    RAM = "ram"
    FLASH = "flash"
    BALANCED = "balanced"


class Format(StrEnum):
    """What a build leaves."""

    FOLDER = "folder"


Model = Annotated[Path, typer.Argument(metavar="MODEL.onnx", help="The model.", show_default=False)]
Built = Annotated[Path, typer.Argument(metavar="DIR", help="A folder made by tinyc build.", show_default=False)]
BoardName = Annotated[str, typer.Option("--board", help="A name of tinyc boards, or a TOML file.", show_default=False)]
AnyBoard = Annotated[
    str | None, typer.Option("--board", help="A name of tinyc boards, or a TOML file.", show_default=False)
]
Recipe = Annotated[str, typer.Option("--recipe", help="Recipe by name or file: tinyc explain float.")]
Dims = Annotated[
    list[str] | None,
    typer.Option("--dim", metavar="NAME=N", help="Fix a symbolic dimension; may be repeated.", show_default=False),
]
States = Annotated[
    list[str] | None,
    typer.Option(
        "--state",
        metavar="IN=OUT",
        help="Keep this output in the model as its input of the next call (streaming); may be repeated.",
        show_default=False,
    ),
]
For = Annotated[
    Optimize,
    typer.Option(
        "--optimize",
        help="Choose kernels for few cycles (time, balanced), little scratch memory (ram) or small code (flash).",
    ),
]
Calib = Annotated[
    Path | None,
    typer.Option(
        "--calib",
        metavar="X.npz",
        help="Samples for recipes that quantise: an .npz file, or a folder of them.",
        show_default=False,
    ),
]
Io = Annotated[Edges, typer.Option("--io", help="native: a quantised model takes and gives integers; float: floats.")]
Layout = Annotated[
    InputLayout, typer.Option("--input-layout", help="nhwc: inputs arrive channels-last, as cameras deliver them.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else there.")]
On = Annotated[str, typer.Option("--on", help="host: this machine, through cffi; qemu: the emulated board.")]
OriginalFile = Annotated[
    Path | None,
    typer.Option(
        "--model",
        help="The ONNX file to compare with. Without it, the one DIR was built from is looked for by name and SHA-256 "
        "beside DIR and below the current folder.",
        show_default=False,
    ),
]


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


@app.command()
def build(
    model: Model,
    board: BoardName,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder to make; default: NAME, here.", show_default=False)
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Prefix of all C symbols; default: the file's stem.", show_default=False)
    ] = None,
    recipe: Recipe = "float",
    calib: Calib = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="L.npz",
            help="Samples x with labels y: the report states the accuracy, and recipes may require it.",
            show_default=False,
        ),
    ] = None,
    dim: Dims = None,
    state: States = None,
    io: Io = Edges.NATIVE,
    input_layout: Layout = InputLayout.DECLARED,
    optimize: For = Optimize.BALANCED,
    format: Annotated[Format, typer.Option("--format", help="folder is the only format so far.")] = Format.FOLDER,
    dump: Annotated[
        Path | None, typer.Option(help="Write the text of every stage into this folder.", show_default=False)
    ] = None,
    print_recipe: Annotated[
        bool, typer.Option("--print-recipe", help="Print the effective recipe, every default visible, and stop.")
    ] = False,
    json: Json = False,
) -> None:
    """Turn an ONNX model into a folder of C.

    The folder holds the C with its CMakeLists.txt, manifest.json, report.json and report.html. Sizes of code and
    stack come from an image that the board's cross compiler makes; without the compiler they stay unknown. Exit
    codes: 0 done, 1 a mistake in the input, 2 wrong usage, 3 too large for the board's budget, 4 less
    accurate than the recipe requires (in both cases the folder and its report are written all the same).

    Example: tinyc build kws.onnx --board cortex-m4 --name kws -o build/kws
    """
    from tinyc.recipe import load_recipe, to_text
    from tinyc.targets import load_board

    options = _options(dim, name, io, input_layout, state, optimize)
    target, steps = load_board(board), load_recipe(recipe)
    if print_recipe:
        typer.echo(to_text(steps), nl=False)
        return
    from tinyc.make import make

    made = make(model, target, steps, options, output, dump, calib, data)
    if json:
        _print_json(made.report)
    else:
        from tinyc import show

        show.made(made)
    if made.unfit is not None:
        raise made.unfit


@app.command()
def run(
    folder: Built,
    input: Annotated[
        Path, typer.Option("--input", metavar="X.npz", help="Samples: key x, or one key per input.", show_default=False)
    ],
    on: On = "host",
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="Y.npz", help="Write outputs: key y, or their names.", show_default=False),
    ] = None,
) -> None:
    """Run a built model on samples.

    The .npz file holds an array [N, ...] under the key x, or one array for each input of the model. Floats are
    quantised for the model, integers of its own type are taken as they are. Outputs are real numbers.

    Example: tinyc run build/kws --on qemu --input samples.npz --output answers.npz
    """
    from tinyc import show
    from tinyc.run import run as run_model

    show.ran(run_model(folder, on, input, output))


@app.command("eval")
def evaluate(
    folder: Built,
    data: Annotated[
        Path, typer.Option("--data", metavar="L.npz", help="Samples x with labels y.", show_default=False)
    ],
    on: On = "host",
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first samples.", show_default=False)] = None,
    model: OriginalFile = None,
    json: Json = False,
) -> None:
    """Score a built model on labelled data.

    Measures top-1, top-5, AUC, MSE and how often its answer is that of its ONNX file. Labels are classes [N], or
    real values of the output's shape. What does not apply is left out (null in JSON).

    Example: tinyc eval build/kws --data labelled.npz --on qemu --limit 50
    """
    from tinyc.evaluate import evaluate as evaluate_model

    found = evaluate_model(folder, data, on, limit, model)
    if json:
        _print_json(found.as_json())
    else:
        from tinyc import show

        show.evaluated(found)


@app.command()
def verify(
    target: Annotated[
        Path, typer.Argument(metavar="DIR_OR_MODEL", help="A built folder, or an ONNX file.", show_default=False)
    ],
    board: AnyBoard = None,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="X.npz", help="Samples; default: random.", show_default=False)
    ] = None,
    samples: Annotated[int | None, typer.Option(min=1, help="How many samples.", show_default=False)] = None,
    on: Annotated[str, typer.Option("--on", help="host: leave the emulated board out.")] = "qemu",
    recipe: Recipe = "float",
    calib: Calib = None,
    dim: Dims = None,
    state: States = None,
    io: Io = Edges.NATIVE,
    input_layout: Layout = InputLayout.DECLARED,
    optimize: For = Optimize.BALANCED,
    model: OriginalFile = None,
    json: Json = False,
) -> None:
    """Prove a model right, layer by layer.

    Four witnesses compute every layer: the ONNX file, numpy, the C on this machine, the C on the emulated board.
    numpy, host and board must be equal bit for bit where the model computes with integers, and within 1e-5 relative
    where it computes with floats. Exit codes: 0 equal, 5 not. A folder is built again with its own recipe and
    options.

    Example: tinyc verify kws.onnx --board cortex-m4 --data samples.npz --samples 20
    """
    from tinyc.recipe import load_recipe
    from tinyc.targets import load_board
    from tinyc.verify import Request, as_json
    from tinyc.verify import verify as verify_model

    if board is None and not target.is_dir():
        raise typer.BadParameter("an ONNX file needs a board: --board NAME (tinyc boards lists them)")
    machine = None if board is None else load_board(board)
    options = _options(dim, None, io, input_layout, state, optimize)
    found = verify_model(Request(target, machine, load_recipe(recipe), options, data, samples, model, on, calib))
    if json:
        _print_json(as_json(found))
    else:
        from tinyc import show

        show.verified(found)
    if not found.equal:
        raise typer.Exit(_DIFFERENT)


@app.command()
def profile(folder: Built, json: Json = False) -> None:
    """Count what each layer costs on the board.

    Instructions on the emulated board, and cycles by a stated model. The figures also join DIR/report.json and
    DIR/report.html.

    Example: tinyc profile build/kws
    """
    from tinyc.profile import profile as profile_model

    found = profile_model(folder)
    if json:
        _print_json(found.as_json())
    else:
        from tinyc import show

        show.profiled(found)


@app.command()
def inspect(model: Model, board: AnyBoard = None, dim: Dims = None, json: Json = False) -> None:
    """Show what is in a model.

    Layers, shapes, work, zero weights and dead channels; with --board the kernels and why others were refused.
    Nodes that are not supported are listed all at once; then the exit code is 1.

    Example: tinyc inspect kws.onnx --board cortex-m4
    """
    from tinyc.inspect import as_json
    from tinyc.inspect import inspect as inspect_model
    from tinyc.targets import load_board

    found = inspect_model(model, None if board is None else load_board(board), _options(dim))
    if json:
        _print_json(as_json(found))
    else:
        from tinyc import show

        show.inspected(found)
    if not found.complete:
        raise typer.Exit(1)


@app.command()
def sensitivity(
    model: Model,
    data: Annotated[
        Path, typer.Option("--data", metavar="L.npz", help="Samples x, with labels y if known.", show_default=False)
    ],
    limit: Annotated[int, typer.Option(min=1, help="Only the first samples.")] = 64,
    dim: Dims = None,
    state: States = None,
    json: Json = False,
) -> None:
    """Find the layers that suffer from quantisation.

    Each layer with weights alone at int8 and int4, all others in float: signal over error (SQNR) at the model's
    output, and the top-1 accuracy lost where the data has labels. Computed in numpy, so it takes a while.

    Example: tinyc sensitivity kws_float.onnx --data labelled.npz --limit 32
    """
    from tinyc.sensitivity import sensitivity as measure_layers

    found = measure_layers(model, data, _options(dim, state=state), limit)
    if json:
        _print_json(found.as_json())
    else:
        from tinyc import show

        show.sensitive(found)


@app.command()
def boards(json: Json = False) -> None:
    """List the boards with their cores and budgets.

    Example: tinyc boards
    """
    from dataclasses import asdict

    from tinyc.targets import board_names, load_board

    found = [load_board(name) for name in board_names()]
    if json:
        keys = ("name", "title", "clock_hz", "budget")
        _print_json([{**{key: asdict(b)[key] for key in keys}, "core": b.core.name} for b in found])
    else:
        from tinyc import show

        show.boards(found)


@app.command()
def explain(
    topic: Annotated[
        str | None,
        typer.Argument(metavar="[PASS|OP|KERNEL|BOARD|MODEL.onnx]", help="What to explain; nothing: list all."),
    ] = None,
    op: Annotated[str | None, typer.Option("--op", help="With a model: this op's kernels.", show_default=False)] = None,
    board: Annotated[str, typer.Option("--board", help="With --op: the board.")] = "cortex-m4",
    dim: Dims = None,
) -> None:
    """Document passes, operators, kernels, boards.

    Recipes too; and with a model and --op the choice of kernels for that op.

    Example: tinyc explain conv2d
    Example: tinyc explain kws.onnx --op conv2d_3 --board cortex-m4
    """
    from tinyc import explain as topics
    from tinyc import show

    if op is not None:
        from tinyc.targets import load_board

        if topic is None:
            raise typer.BadParameter("--op needs a model: tinyc explain MODEL.onnx --op NAME")
        machine = load_board(board)
        return show.explained_op(topics.explain_op(Path(topic), op, machine, _options(dim)), machine.name)
    if topic is None:
        return show.listed(topics.topics())
    if topic.endswith(".onnx"):
        raise typer.BadParameter("a model needs --op NAME; tinyc inspect shows all of its ops")
    return typer.echo(topics.explain(topic))


def _options(
    dim: list[str] | None,
    name: str | None = None,
    io: Edges = Edges.NATIVE,
    input_layout: InputLayout = InputLayout.DECLARED,
    state: list[str] | None = None,
    optimize: Optimize = Optimize.BALANCED,
) -> Options:
    from tinyc.driver import Options

    return Options(
        name=name,
        dims=dict(_dimension(text) for text in dim or []),
        states=dict(_state(text) for text in state or []),
        native_io=io is Edges.NATIVE,
        channels_last_inputs=input_layout is InputLayout.NHWC,
        optimize=optimize.value,
    )


def _state(text: str) -> tuple[str, str]:
    name, equals, output = text.partition("=")
    if not (name and equals and output):
        raise typer.BadParameter(f'--state "{text}": expected INPUT=OUTPUT, such as h_in=h_out')
    return name, output


def _dimension(text: str) -> tuple[str, int]:
    name, mark, value = text.rpartition("=")
    if not mark or not name or not value.isascii() or not value.isdigit() or int(value) < 1:
        raise typer.BadParameter(f'--dim "{text}": expected NAME=N with N above zero, such as batch=1')
    return name, int(value)


def _print_json(document: object) -> None:
    typer.echo(json_text.dumps(document, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
