"""A recipe: what is done to a graph, what the result is held to, the effective text and its hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from tinyc.recipe.pipeline import Pipeline
from tinyc.recipe.step import Requirement, Step


@dataclass(frozen=True, slots=True)
class Recipe:
    """Steps in order, and what the result is held to. `name` is for messages and does not change the build."""

    name: str
    steps: tuple[Step, ...] = ()
    requirements: tuple[Requirement, ...] = ()

    def pipeline(self) -> Pipeline:
        """The steps, ready to run on a graph."""
        return Pipeline(self.steps)

    @property
    def hash(self) -> str:
        """SHA-256 of the effective text: the same for recipes that make the same build."""
        return hashlib.sha256(to_text(self).encode()).hexdigest()


def to_text(recipe: Recipe) -> str:
    """The effective recipe: includes resolved, every default visible. Parsing it gives an equal recipe."""
    return "".join(f"{line}\n" for line in (*recipe.steps, *recipe.requirements))
