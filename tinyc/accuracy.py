"""What a build loses in accuracy against its float model, and which layers cost it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tinyc.codegen.manifest import read_manifest
from tinyc.codegen.project import write
from tinyc.driver import BuildResult, Options, build
from tinyc.errors import DataError, ModelError, RequirementMissed
from tinyc.evaluate import real_inputs
from tinyc.host.samples import load_samples
from tinyc.layer_format import formats_of
from tinyc.passes.quantize import Quantize
from tinyc.recipe import Recipe, load_recipe
from tinyc.recipe.step import Requirement
from tinyc.run import HOST, run_samples
from tinyc.scores import METRIC_NAMES, Scores, loss, primary, score, scored_output
from tinyc.sensitivity import LayerCost, Question, sensitivity

NAMED_LAYERS = 3
LAYER_SAMPLES = 64

REQUIRED = {"accuracy_drop": None, "top5_drop": "top5", "auc_drop": "auc", "mse_growth": "mse"}
"""Words behind `require` and the score that each is of; None: the one that fits the data best."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Scores on labelled data in host C: of the model with exact passes only, and of the build."""

    plain: Scores
    built: Scores

    @property
    def metric(self) -> str:
        """What the model is for: `top1`, `auc` or `mse`."""
        found = primary(self.plain)
        assert found is not None, "measure_accuracy refuses data without a metric"
        return found

    def loss(self, metric: str) -> float | None:
        """What the build loses by a score, a share of 1; negative if it does better."""
        return loss(metric, self.plain, self.built)

    def as_json(self) -> dict[str, object]:
        """The `accuracy` of report.json."""
        metric = self.metric
        values = {"float": getattr(self.plain, metric), "model": getattr(self.built, metric)}
        return {"metric": metric, **values, "drop": self.loss(metric), "samples": self.built.samples}


def measure_accuracy(result: BuildResult, options: Options, data: Path) -> Accuracy:
    """Run the build and the float build of the same model in host C. DataError where no measure applies.

    The float build's recipe is `float`: of a model that came quantised it is the model as it came.
    """
    plain = build(result.model.path, result.board, load_recipe("float"), options)
    return Accuracy(host_scores(plain, data), host_scores(result, data))


def host_scores(result: BuildResult, data: Path) -> Scores:
    """Of a build in host C on labelled data. DataError where no measure applies."""
    with tempfile.TemporaryDirectory(prefix="tinyc-accuracy-") as parent:
        folder = Path(parent) / "model"
        write(result.project, folder)
        manifest = read_manifest(folder)
        samples = load_samples(data, manifest.inputs)
        outputs = run_samples(folder, HOST, samples).outputs[manifest.outputs[scored_output(manifest.outputs)].name]
    inputs = real_inputs(samples, manifest.inputs)[manifest.inputs[0].name] if len(manifest.inputs) == 1 else None
    try:
        found = score(outputs, samples.labels, inputs)
    except DataError as error:
        raise DataError(f"{data}: {error.reason}", hint=error.hint) from error
    if primary(found) is not None:
        return found
    if samples.labels is None:
        raise DataError(f'{data}: no labels under the key "y"', hint="np.savez(path, x=samples, y=classes)")
    hint = "give one class number per sample, or values of the output's shape"
    raise DataError(f"{data}: its labels are no classes of this model", hint=hint)


def check_measured(recipe: Recipe, accuracy: Accuracy, data: Path) -> None:
    """DataError if a requirement is on a score that this data does not give."""
    for requirement in recipe.requirements:
        metric = REQUIRED.get(requirement.metric)
        if metric is not None and accuracy.loss(metric) is None:
            reason = f'{requirement.place}: "{requirement}": {data.name} gives no {METRIC_NAMES[metric]} of this model'
            raise DataError(reason, hint=f"require accuracy_drop takes what there is: {METRIC_NAMES[accuracy.metric]}")


def missed(
    requirement: Requirement, accuracy: Accuracy, result: BuildResult, options: Options, data: Path,
    calibration: Path | None = None,
) -> RequirementMissed | None:  # fmt: skip
    """The error if the requirement does not hold; it names the layers that cost most."""
    metric = REQUIRED[requirement.metric] or accuracy.metric
    lost = accuracy.loss(metric)
    assert lost is not None, "check_measured comes first"
    if requirement.holds(lost):
        return None
    reason = f'{requirement.place}: "{requirement}" does not hold: {_lost(metric, lost, accuracy)}'
    costs = _worst(result, options, data, calibration)
    if not costs:
        return RequirementMissed(reason, hint="quantize changes no layer of this model: see the recipe's other passes")
    layers = "\n".join(f"  {_sentence(cost)}" for cost in costs)
    named = ", ".join(cost.layer for cost in costs if cost.format == costs[0].format)
    more = "activations=int16" if costs[0].format == "int8" else "weights=int8"
    hint = f"give these more bits, in a line before the other quantize: quantize({more}) on {named}"
    return RequirementMissed(f"{reason}\nlayers that cost most, each quantised alone:\n{layers}", hint=hint)


def _lost(metric: str, lost: float, accuracy: Accuracy) -> str:
    name, plain, built = METRIC_NAMES[metric], getattr(accuracy.plain, metric), getattr(accuracy.built, metric)
    if metric == "mse":
        words = f"{name} grown by {100 * lost:.2f} %, float {plain:.6g}, this build {built:.6g}"
    else:
        words = f"{100 * lost:.2f} % lost of {name}, float {100 * plain:.2f} %, this build {100 * built:.2f} %"
    return f"{words} on {accuracy.built.samples} samples"


def _worst(result: BuildResult, options: Options, data: Path, calibration: Path | None) -> Sequence[LayerCost]:
    own = formats_of(result.graph)
    if not own or not any(isinstance(step.pass_, Quantize) for step in result.recipe.steps):
        return ()
    question = Question(result.model.path, data, calibration, LAYER_SAMPLES, options, own=own)
    try:
        return sensitivity(question).worst(count=NAMED_LAYERS)
    except ModelError:  # the file came quantised: there are no float layers to try alone
        return ()


def _sentence(cost: LayerCost) -> str:
    lost = "" if cost.drop is None else f", {100 * cost.drop:.2f} % lost"
    signal = "no error" if cost.sqnr_db is None else f"SQNR {cost.sqnr_db:.1f} dB"
    return f"{cost.layer}{f' ({cost.source})' if cost.source else ''} at {cost.format}: {signal}{lost}"
