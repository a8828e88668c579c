"""What is said about models that tinyc does not take: place, reason and way out, in the error and by inspect."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import onnx
import pytest

from tests.support.command import model, tinyc
from tinyc.errors import ModelError, TinycError, UnsupportedOp
from tinyc.explain import explain
from tinyc.frontend.load import load


@dataclass(frozen=True)
class Refused:
    """A model in ONNX's text syntax, and the words that must be in its error."""

    name: str
    text: str
    says: tuple[str, ...]
    error: type[TinycError] = UnsupportedOp
    opset: int = 17
    check: bool = True


CASES = [
    Refused("random", "n (float[2] x) => (float[2] y) { [coin] y = Bernoulli(x) }",
            ('node "coin" (Bernoulli)', "not known", "Hint: draw the random numbers in the application")),
    Refused("misspelt", "n (float[2] x) => (float[2] y) { [act] y = LeakyReLU(x) }",
            ('node "act" (LeakyReLU)', "opset 17 of ONNX has no such operator", "Hint: did you mean LeakyRelu"),
            check=False),
    Refused("too old an opset", "n (float[2] x) => (float[2] y) { [act] y = Gelu(x) }",
            ('node "act" (Gelu)', "opset 17 of ONNX has no such operator", "Hint: export with opset 20 or newer"),
            check=False),
    Refused("nameless", "n (float[2] x) => (float[2] y) { y = RandomNormalLike(x) }", ('node "y" (RandomNormalLike)',)),
    Refused("text", "n (string[2] x) => (string[2] y) { [s] y = StringConcat(x, x) }",
            ('input "x"', "STRING", "Hint: export with an input of bool, float32"), ModelError, opset=20),
    Refused("run-time shape", "n (float[4] x, int64[2] s) => (float[2,2] y) { [flat] y = Reshape(x, s) }",
            ('node "flat" (Reshape)', "shape must be a constant", "Hint: export with static shapes")),
    Refused("data-dependent shape", "n (float[4] x) => (int64[1,k] y) { [where] y = NonZero(x) }",
            ('node "where" (NonZero)', "depends on run-time data", "Hint: NonZero: compute a mask of fixed shape")),
    Refused("attribute", 'n (float[1,1,4] x) => (float[1,1,6] y) <int64[6] p = {0,0,1,0,0,1}> '
            '{ [edge] y = Pad <mode = "mirror"> (x, p) }',
            ('node "edge" (Pad)', 'mode "mirror" is not one of constant, reflect, edge, wrap',
             "Hint: tinyc explain Pad")),
    Refused("four spatial axes", "n (float[1,1,2,2,2,2] x) => (float[1,1,2,2,2,2] y) "
            "<float[1,1,1,1,1,1] w = {1}> { [deep] y = Conv(x, w) }",
            ('node "deep" (Conv)', "4 spatial axes; 1 to 3 are supported", "Hint: tinyc explain Conv")),
    Refused("index", "n (float[1,4] x) => (float[1,1] y) <int64[1] i = {9}> { [pick] y = Gather <axis = 1> (x, i) }",
            ('node "pick" (Gather)', "an index is outside [-4, 3]", "Hint: "), ModelError),
    Refused("training", "n (float[1,2,2,2] x) => (float[1,2,2,2] y) <float[2] s = {1,1}, float[2] b = {0,0}, "
            "float[2] m = {0,0}, float[2] v = {1,1}> { [bn] y, a, c = BatchNormalization <training_mode = 1> "
            "(x, s, b, m, v) }",
            ('node "bn" (BatchNormalization)', "training_mode is on", "Hint: export the model in evaluation mode")),
    Refused("fused", "n (float[2,2] x) => (float[2,2] y) { [f] y = com.microsoft.FusedSomething(x) }",
            ('node "f" (com.microsoft.FusedSomething)', "domain com.microsoft is not known",
             "Hint: give the model as it was"),
            check=False),
    Refused("custom", "n (float[2,2] x) => (float[2,2] y) { [f] y = my.own.Twist(x) }",
            ('node "f" (my.own.Twist)', "domain my.own", "Hint: export the custom operator as an ONNX function"),
            check=False),
    Refused("double input", "n (double[2] x) => (double[2] y) { y = Neg(x) }",
            ('input "x"', "number format DOUBLE is not supported", "Hint: export with an input of"), ModelError),
    Refused("dynamic batch", "n (float[N,2] x) => (float[N,2] y) { y = Neg(x) }",
            ('input "x"', "dimension 0 (N) is dynamic", "Hint: fix it, for example --dim N=1"), ModelError),
]  # fmt: skip

SEVERAL = """
n (float[1,1,4] x) => (float[1,1,6] y, float[1,1,4] z) <int64[6] p = {0, 0, 1, 0, 0, 1}> {
    [one] a = RandomUniformLike(x)
    [two] y = Pad <mode = "mirror"> (x, p)
    [three] z = NonSense(x)
}
"""


def written(case: Refused, folder: Path) -> Path:
    opsets = '"com.microsoft" : 1, "my.own" : 1, ' if "." in case.text.split("{")[-1] else ""
    path = folder / "m.onnx"
    if not opsets:
        return model(case.text, path, case.opset, case.check)
    onnx.save(onnx.parser.parse_model(f'<ir_version: 8, opset_import: [{opsets}"" : {case.opset}]>\n{case.text}'), path)
    return path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_says(case: Refused, tmp_path: Path) -> None:
    with pytest.raises(case.error) as caught:
        load(written(case, tmp_path))
    assert [word for word in case.says if word not in str(caught.value)] == [], str(caught.value)


def test_all_nodes_are_named_at_once_each_with_its_way_out(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedOp) as caught:
        load(model(SEVERAL, tmp_path / "m.onnx", check=False))
    found = {name: (operator, hint) for name, operator, _, hint in caught.value.nodes}
    assert found["one"][0] == "RandomUniformLike" and "random numbers" in found["one"][1]
    assert found["two"] == ("Pad", "tinyc explain Pad")
    assert set(found) == {"one", "two", "three"}
    assert str(caught.value).startswith("UnsupportedOp: 3 nodes are not supported:\n")
    assert all(hint in caught.value.hint for _, hint in found.values())


def test_inspect_shows_the_same(tmp_path: Path) -> None:
    path = model(SEVERAL, tmp_path / "m.onnx", check=False)
    with pytest.raises(UnsupportedOp) as caught:
        load(path)
    found = tinyc("inspect", path, "--json").json["unsupported"]
    assert [(e["node"], e["op"], e["reason"], e["hint"]) for e in found] == list(caught.value.nodes)
    words = tinyc("inspect", path).stdout
    assert "what to do" in words and "tinyc explain Pad" in words


def test_explain_says_what_limits_an_operator() -> None:
    text = explain("conv2d")
    for word in ("tc_conv2d_f32_ref", "w: s8:dense", "one or two spatial axes", "needs dsp", "imported from ONNX"):
        assert word in text
