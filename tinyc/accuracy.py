"""What a build loses in accuracy against its float model, and which layers cost it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tinyc.codegen.manifest import read_manifest
from tinyc.codegen.project import write
from tinyc.driver import BuildResult, Options, build
from tinyc.errors import AccuracyMissed, DataError
from tinyc.evaluate import score, scored_output
from tinyc.host.samples import load_samples
from tinyc.passes.quantize import Quantize
from tinyc.passes.quantize_formats import WeightFormat
from tinyc.recipe import Recipe, load_recipe
from tinyc.recipe.step import Requirement
from tinyc.run import HOST, run_samples
from tinyc.sensitivity import LayerCost, sensitivity

METRIC = "accuracy_drop"
NAMED_LAYERS = 3
LAYER_SAMPLES = 64


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Top-1 on labelled data, as shares of 1: of the model with exact passes only, and of the build."""

    float_top1: float
    model_top1: float
    samples: int

    @property
    def drop(self) -> float:
        """Share of samples lost; negative if the build does better. Rounded to what counts of samples can differ by."""
        return round(self.float_top1 - self.model_top1, 9)

    def as_json(self) -> dict[str, object]:
        """The `accuracy` of report.json."""
        return {"metric": "top1", "float": self.float_top1, "model": self.model_top1, "samples": self.samples}


def measure_accuracy(result: BuildResult, options: Options, data: Path) -> Accuracy:
    """Run the build and the float build of the same model in host C. DataError without labels for classes.

    The float build's recipe is `float`: of a model that came quantised it is the model as it came.
    """
    plain = build(result.model.path, result.board, load_recipe("float"), options)
    wanted, count = _top1(plain, data)
    got, _ = _top1(result, data)
    return Accuracy(wanted, got, count)


def _top1(result: BuildResult, data: Path) -> tuple[float, int]:
    with tempfile.TemporaryDirectory(prefix="tinyc-accuracy-") as parent:
        folder = Path(parent) / "model"
        write(result.project, folder)
        manifest = read_manifest(folder)
        samples = load_samples(data, manifest.inputs)
        if samples.labels is None:
            raise DataError(f'{data}: no labels under the key "y"', hint="np.savez(path, x=samples, y=classes)")
        outputs = run_samples(folder, HOST, samples).outputs[manifest.outputs[scored_output(manifest.outputs)].name]
    try:
        top1 = score(outputs, samples.labels).top1
    except DataError as error:
        raise DataError(f"{data}: {error.reason}", hint="classes count from 0") from error
    if top1 is None:
        raise DataError(f"{data}: its labels are no classes of this model", hint="give one class number per sample")
    return top1, len(samples)


def missed(requirement: Requirement, accuracy: Accuracy, result: BuildResult, options: Options, data: Path
           ) -> AccuracyMissed | None:  # fmt: skip
    """The error if the requirement does not hold; it names the layers that cost most."""
    if requirement.holds(accuracy.drop):
        return None
    reason = (
        f'{requirement.place}: "{requirement}" does not hold: {100 * accuracy.drop:.2f} % lost, float '
        f"{100 * accuracy.float_top1:.2f} %, this build {100 * accuracy.model_top1:.2f} % of {accuracy.samples} samples"
    )
    costs = _worst(result, options, data)
    if not costs:
        return AccuracyMissed(reason, hint="quantize changes no layer of this model: see the recipe's other passes")
    layers = "\n".join(f"  {_sentence(cost)}" for cost in costs)
    named = ", ".join(cost.layer for cost in costs)
    hint = f"leave these out or give them more bits: quantize(...) on other layers than {named}"
    return AccuracyMissed(f"{reason}\nlayers that cost most, each alone at {costs[0].weights}:\n{layers}", hint=hint)


def _worst(result: BuildResult, options: Options, data: Path) -> Sequence[LayerCost]:
    weights = coarsest(result.recipe)
    if weights is None:
        return ()
    found = sensitivity(result.model.path, data, options, LAYER_SAMPLES, (weights,))
    return found.worst(weights.value, NAMED_LAYERS)


def coarsest(recipe: Recipe) -> WeightFormat | None:
    """The format with the fewest bits that a recipe quantises to; None if it does not quantise."""
    formats = [step.pass_.weights for step in recipe.steps if isinstance(step.pass_, Quantize)]
    return min(formats, key=lambda weights: weights.largest, default=None)


def _sentence(cost: LayerCost) -> str:
    lost = "" if cost.drop is None else f", {100 * cost.drop:.2f} points"
    signal = "no error" if cost.sqnr_db is None else f"SQNR {cost.sqnr_db:.1f} dB"
    return f"{cost.layer}{f' ({cost.source})' if cost.source else ''}: {signal}{lost}"
