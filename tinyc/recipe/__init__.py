from tinyc.recipe.parse import parse
from tinyc.recipe.recipe import Recipe, to_text
from tinyc.recipe.shipped import load_recipe, recipe_names
from tinyc.recipe.step import Requirement, Step

__all__ = ["Recipe", "Requirement", "Step", "load_recipe", "parse", "recipe_names", "to_text"]
