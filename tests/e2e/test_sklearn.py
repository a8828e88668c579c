"""scikit-learn models as skl2onnx exports them: numpy equals the host's C, and both ONNX Runtime and scikit-learn."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from skl2onnx import to_onnx
from sklearn.datasets import load_diabetes, load_iris
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Binarizer, MinMaxScaler, Normalizer, StandardScaler
from sklearn.svm import SVC, SVR, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from tests.cases.case import Array, Case
from tests.support.case_models import Variant, run_onnxruntime
from tests.support.case_program import build_case, run_on_host
from tinyc.frontend.reference import Reference
from tinyc.ir.interp import interpret
from tinyc.targets import load_board

pytestmark = pytest.mark.xdist_group("sklearn")
"""All files are one program, which is made once."""

ROWS = 20
FLOWERS, SPECIES = load_iris(return_X_y=True)
PATIENTS, PROGRESS = load_diabetes(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])

CLASSIFIERS = {
    "tree": DecisionTreeClassifier(max_depth=4, random_state=0),
    "forest": RandomForestClassifier(n_estimators=7, max_depth=5, random_state=0),
    "extra_trees": ExtraTreesClassifier(n_estimators=5, random_state=0),
    "boosting": GradientBoostingClassifier(n_estimators=5, random_state=0),
    "logistic": make_pipeline(StandardScaler(), LogisticRegression()),
    "ridge": make_pipeline(MinMaxScaler(), RidgeClassifier()),
    "linear_svc": LinearSVC(random_state=0),
    "svc": make_pipeline(StandardScaler(), SVC()),
    "svc_poly": make_pipeline(StandardScaler(), SVC(kernel="poly")),
    "svc_sigmoid": make_pipeline(StandardScaler(), SVC(kernel="sigmoid")),
    "svc_linear": make_pipeline(StandardScaler(), SVC(kernel="linear")),
    "svc_probability": make_pipeline(StandardScaler(), SVC(probability=True, random_state=0)),
    "mlp": make_pipeline(StandardScaler(), MLPClassifier(hidden_layer_sizes=(8,), max_iter=40, random_state=0)),
    "naive_bayes": make_pipeline(SimpleImputer(), Normalizer(), Binarizer(threshold=0.3), GaussianNB()),
}
REGRESSORS = {
    "tree": DecisionTreeRegressor(max_depth=4, random_state=0),
    "forest": RandomForestRegressor(n_estimators=5, max_depth=4, random_state=0),
    "boosting": GradientBoostingRegressor(n_estimators=5, random_state=0),
    "linear": make_pipeline(StandardScaler(), LinearRegression()),
    "svr": make_pipeline(StandardScaler(), SVR()),
    "mlp": make_pipeline(StandardScaler(), MLPRegressor(hidden_layer_sizes=(8,), max_iter=40, random_state=0)),
}
TARGETS = {"binary": SPECIES % 2, "three": SPECIES, "names": NAMES[SPECIES]}
EXPORTED = [
    *(f"{name}_{target}" for name in CLASSIFIERS for target in ("binary", "three")),
    *(f"{name}_names" for name in ("tree", "logistic", "mlp")),
    *(f"{name}_regressor" for name in REGRESSORS),
]


@dataclass(frozen=True)
class Outcome:
    """Outputs by numpy, by C and by ONNX Runtime, and what scikit-learn predicts for the same rows."""

    numpy: list[Array]
    host: list[Array]
    onnxruntime: list[Array]
    predicted: Array
    notes: tuple[str, ...]


def trained(name: str) -> tuple[onnx.ModelProto, Array, Array]:
    """The exported model, float32 rows of its data, and scikit-learn's predictions for them."""
    base, _, target = name.rpartition("_")
    estimator: Any = REGRESSORS[base] if target == "regressor" else CLASSIFIERS[base]
    x, y = (PATIENTS, PROGRESS) if target == "regressor" else (FLOWERS, TARGETS[target])
    x = x.astype(np.float32)
    rows = x[:: len(x) // ROWS][:ROWS]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimator.fit(x, y)
        return with_rows(to_onnx(estimator, rows)), rows, estimator.predict(rows)


def with_rows(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model for exactly ROWS rows."""
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = ROWS
    for value in model.graph.output:
        if value.type.HasField("tensor_type") and value.type.tensor_type.shape.dim:
            value.type.tensor_type.shape.dim[0].dim_value = ROWS
    return model


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    folder, built, found = tmp_path_factory.mktemp("sklearn"), [], {}
    predictions = []
    for name in EXPORTED:
        model, rows, predicted = trained(name)
        samples = {model.graph.input[0].name: rows}
        expected = [as_array(value) for value in run_onnxruntime(model, samples)]
        variant = Variant(Case("sklearn", name, ()), name, model, samples, expected, integer=False)
        built.append(build_case(variant, load_board("cortex-m4"), folder))
        predictions.append(predicted)
    for item, host, predicted in zip(built, run_on_host(built, folder), predictions, strict=True):
        graph = item.result.graph
        values = interpret(graph, item.variant.samples)
        ours = [values[output] for output in graph.outputs]
        notes = item.result.imported.notes
        found[item.variant.name] = Outcome(ours, host, item.variant.expected, predicted, notes)
    return found


def as_array(value: Any) -> Array:
    """ZipMap's list of dictionaries as the tensor of scores, names of classes as indices."""
    if isinstance(value, list):
        return np.array([list(row.values()) for row in value], np.float32)
    array = np.asarray(value)
    return array if array.dtype.kind in "if" else np.searchsorted(NAMES, array.astype(str))


@pytest.mark.parametrize("name", EXPORTED)
def test_c_equals_numpy(name: str, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[name]
    for ours, host in zip(outcome.numpy, outcome.host, strict=True):
        np.testing.assert_allclose(host, ours, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", EXPORTED)
def test_numpy_is_what_onnxruntime_says(name: str, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[name]
    for ours, theirs in zip(outcome.numpy, outcome.onnxruntime, strict=True):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4 if "probability" not in name else 5e-3)


@pytest.mark.parametrize("name", EXPORTED)
def test_host_predicts_what_scikit_learn_predicts(name: str, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[name]
    predicted = as_array(outcome.predicted)
    if predicted.dtype.kind == "f":
        np.testing.assert_allclose(outcome.host[0].reshape(-1), predicted, rtol=1e-3)
    else:
        np.testing.assert_array_equal(outcome.host[0], predicted)


def test_removed_zip_maps_and_names_are_noted(outcomes: dict[str, Outcome]) -> None:
    notes = " | ".join(outcomes["logistic_names"].notes)
    assert "ZipMap is removed; columns: 0 = setosa, 1 = versicolor, 2 = virginica" in notes
    assert "is a class index: 0 = setosa, 1 = versicolor, 2 = virginica" in notes


@pytest.mark.parametrize("name", ["logistic_names", "mlp_names"])
def test_the_reference_compares_names_and_dictionaries(name: str, tmp_path: Path) -> None:
    model, rows, predicted = trained(name)
    path = tmp_path / "model.onnx"
    path.write_bytes(model.SerializeToString())
    reference = Reference(path)
    found = reference.run({reference.inputs[0].name: rows})
    np.testing.assert_array_equal(found["output_label"], as_array(predicted))
    assert found["output_probability"].shape == (ROWS, 3)
