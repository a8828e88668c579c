"""tinyc pareto: one model under several recipes."""

from __future__ import annotations

from typing import Annotated

import typer

from tinyc.cli.options import (
    BoardName,
    Calib,
    Dims,
    Edges,
    For,
    InputLayout,
    Io,
    Json,
    Labelled,
    Layout,
    Model,
    Optimize,
    Page,
    States,
    options,
    print_json,
)


def pareto(
    model: Model,
    board: BoardName,
    data: Labelled,
    calib: Calib = None,
    recipe: Annotated[
        list[str] | None,
        typer.Option(
            "--recipe",
            help="A recipe by name or file; may be repeated. Drops are counted from the first. Default: all that come "
            "with tinyc, float first.",
            show_default=False,
        ),
    ] = None,
    page: Page = None,
    dim: Dims = None,
    state: States = None,
    io: Io = Edges.NATIVE,
    input_layout: Layout = InputLayout.DECLARED,
    optimize: For = Optimize.BALANCED,
    json: Json = False,
) -> None:
    """Compare recipes: size, accuracy and cycles of one model.

    Builds the model with each recipe, scores it in host C on the labelled data, and profiles it on the emulated board.
    A star marks the recipes that no other one beats in all three. Recipes that refuse the model say why.

    Example: tinyc pareto kws.onnx --board cortex-m4 --data test.npz --calib train.npz --html pareto.html
    """
    from tinyc import pareto as comparison
    from tinyc.recipe import load_recipe, recipe_names
    from tinyc.targets import load_board

    names = recipe or sorted(recipe_names(), key=lambda name: (name != "float", name))
    recipes = tuple(load_recipe(name) for name in names)
    chosen = options(dim, None, io, input_layout, state, optimize)
    found = comparison.pareto(comparison.Question(model, load_board(board), recipes, data, calib, chosen, page))
    if json:
        print_json(found.as_json())
    else:
        from tinyc import show

        show.compared(found)
