"""What of a layer becomes zero, and how much: the options of `prune`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tinyc.calibration.surgeon import Importance
from tinyc.errors import RecipeError
from tinyc.passes.base import Ratio

MOST = 0.98
"""Sparsity up to which trials for a bound on the loss go where none is given."""
USUAL = 0.5
"""Sparsity where nothing is given."""


class Whole(Enum):
    """Structures without numbers."""

    ELEMENT = "element"
    AUTO = "auto"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Block:
    """`outputs` output channels by `inputs` neighbouring input channels of one tap."""

    outputs: int
    inputs: int


class Scope(Enum):
    """What has the given sparsity: all layers together, or each."""

    GLOBAL = "global"
    LAYER = "layer"


class Price(Enum):
    """What weights that go count: themselves, the multiplications of one inference, or what kernels of blocks save."""

    WEIGHTS = "weights"
    MACS = "macs"
    CYCLES = "cycles"


@dataclass(frozen=True, slots=True)
class PruneOptions:
    """Options of the pass `prune`, which describes them."""

    sparsity: float | None = None
    by: Importance = Importance.HESSIAN
    structure: Whole | Block | Ratio = Whole.ELEMENT
    scope: Scope = Scope.GLOBAL
    cost: Price = Price.WEIGHTS
    loss: float | None = None

    def __post_init__(self) -> None:
        """RecipeError for options that do not go together."""
        if self.sparsity is not None and not 0 <= self.sparsity < 1:
            raise RecipeError(f"sparsity={self.sparsity!r}: a share of zeros is at least 0 and below 1")
        if self.loss is not None and not 0 < self.loss < 1:
            raise RecipeError(f"loss={self.loss!r}: a share between 0 and 1, such as 1%")
        if isinstance(self.structure, Block) and min(self.structure.outputs, self.structure.inputs) < 1:
            raise RecipeError("structure=block[a, b]: a output channels by b inputs, each at least 1")
        if isinstance(self.structure, Ratio):
            self._check_ratio(self.structure)
        if self.cost is Price.CYCLES and (isinstance(self.structure, Ratio) or self.structure is Whole.CHANNEL):
            raise RecipeError(
                f"cost=cycles with structure={self.structure_text}: what zeros save is known of blocks and elements",
                hint="structure=auto, or cost=macs",
            )
        if self.structure is Whole.CHANNEL and self.by is not Importance.HESSIAN:
            raise RecipeError(f"structure=channel with by={self.by.value}: channels go by reconstruction error alone")
        if self.structure is Whole.CHANNEL and self.scope is Scope.LAYER:
            raise RecipeError("structure=channel with scope=layer: layers share channels; name them with on")

    def _check_ratio(self, ratio: Ratio) -> None:
        if not 0 < ratio.count < ratio.of:
            raise RecipeError(
                f"structure={ratio.count}:{ratio.of}: of {ratio.of} weights some stay and some go",
                hint="2:4 keeps two of four",
            )
        most = 1 - ratio.count / ratio.of
        layers = self.scope is Scope.LAYER and self.sparsity is not None and abs(self.sparsity - most) > 1e-6
        if layers or (self.sparsity or 0.0) > most + 1e-6:
            raise RecipeError(
                f"structure={ratio.count}:{ratio.of} is a sparsity of {most:.0%}, not of {self.sparsity:.0%}",
                hint="leave sparsity out",
            )

    @property
    def most(self) -> float:
        """The largest sparsity that is asked for."""
        if self.sparsity is None and isinstance(self.structure, Ratio):
            return 1 - self.structure.count / self.structure.of
        if self.sparsity is None:
            return USUAL if self.loss is None else MOST
        return self.sparsity

    @property
    def structure_text(self) -> str:
        """The structure as a recipe writes it."""
        if isinstance(self.structure, Ratio):
            return f"{self.structure.count}:{self.structure.of}"
        if isinstance(self.structure, Block):
            return f"block[{self.structure.outputs}, {self.structure.inputs}]"
        return self.structure.value
