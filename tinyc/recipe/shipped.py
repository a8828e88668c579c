"""Recipes by name (the files beside this module) or by path."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tinyc.errors import RecipeError, did_you_mean
from tinyc.recipe.parse import parse
from tinyc.recipe.recipe import Recipe

_FOLDER = Path(__file__).parent


def recipe_names() -> tuple[str, ...]:
    """Names of the recipes that come with tinyc."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.recipe")))


def load_recipe(name_or_path: str | Path) -> Recipe:
    """A shipped recipe by its name, any other by its path; RecipeError if it is unknown, unreadable or wrong.

    In a file, `include` takes the names of shipped recipes and paths relative to the file. The recipe is called by the
    stem of its file, so that nothing made from it depends on where the file lies.
    """
    recipe = _load(str(name_or_path), Path(), ())
    return replace(recipe, name=Path(name_or_path).stem)


def _load(name: str, folder: Path, including: tuple[Path, ...]) -> Recipe:
    file = _FOLDER / f"{name}.recipe" if name in recipe_names() else folder / name
    if file in including:
        raise RecipeError(f"{file} includes itself")
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        hint = did_you_mean(name, recipe_names())
        raise RecipeError(f'recipe "{name}" cannot be read: {error.strerror}', hint=hint) from error
    except UnicodeDecodeError as error:
        raise RecipeError(f'recipe "{name}" is not UTF-8 text') from error
    shown = name if file.parent == _FOLDER else str(file)
    return parse(text, shown, lambda other: _load(other, file.parent, (*including, file)))
