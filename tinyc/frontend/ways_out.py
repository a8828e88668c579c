"""What a user can do about a node that tinyc does not take, where the refusal itself does not say it."""

from __future__ import annotations

import tinyc.ops  # noqa: F401  registers the converters
from tinyc.errors import did_you_mean
from tinyc.ops.importing import CONVERTERS, Node

NO_DOMAIN = "tinyc.unknown"
"""Where the import puts nodes of ONNX's own domain that ONNX does not define in the model's opset."""
UNKNOWN = "this operator is not known"
_RANDOM = "draw the random numbers in the application and give them to the model as an input"
_TRAINING = "export the model in evaluation mode; gradients, losses and optimisers belong to training"
_TEXT = "prepare text in the application and give the model numbers"
_WAYS_OUT = {
    "Bernoulli": _RANDOM,
    "Multinomial": _RANDOM,
    "RandomNormal": _RANDOM,
    "RandomNormalLike": _RANDOM,
    "RandomUniform": _RANDOM,
    "RandomUniformLike": _RANDOM,
    "Adagrad": _TRAINING,
    "Adam": _TRAINING,
    "Gradient": _TRAINING,
    "Momentum": _TRAINING,
    "NegativeLogLikelihoodLoss": _TRAINING,
    "SoftmaxCrossEntropyLoss": _TRAINING,
    "RegexFullMatch": _TEXT,
    "StringConcat": _TEXT,
    "StringNormalizer": _TEXT,
    "StringSplit": _TEXT,
    "TfIdfVectorizer": _TEXT,
    "ImageDecoder": "decode images in the application; the model takes pixels",
}
_FUSED = "give the model as it was before ONNX Runtime fused it (graph_optimization_level above ORT_ENABLE_BASIC)"
_DOMAINS = {
    "com.microsoft": _FUSED,
    "com.microsoft.nchwc": _FUSED,
    "com.ms.internal.nhwc": _FUSED,
    "org.pytorch.aten": "torch.onnx.export(..., operator_export_type=OperatorExportTypes.ONNX)",
}


def way_out(node: Node) -> str:
    """A hint for a refused node: for an operator that tinyc knows, where its limits are."""
    if (node.domain, node.op_type) in CONVERTERS:
        return f"tinyc explain {qualified(node)}"
    if node.op_type in _WAYS_OUT:
        return _WAYS_OUT[node.op_type]
    if node.domain in _DOMAINS:
        return _DOMAINS[node.domain]
    if node.domain not in ("", NO_DOMAIN):
        return "export the custom operator as an ONNX function, whose body tinyc compiles, or as standard operators"
    if first := _first_opset(node):
        return f"export with opset {first} or newer"
    known = {op_type for domain, op_type in CONVERTERS if domain == ""}
    guess = did_you_mean(node.op_type, known)
    return guess if guess.startswith("did you mean") else "tinyc explain lists the ONNX operators"


def qualified(node: Node) -> str:
    """The operator's name, with its domain if that is not ONNX's own."""
    return node.op_type if node.domain in ("", NO_DOMAIN) else f"{node.domain}.{node.op_type}"


def reason_unknown(node: Node) -> str:
    """Why a node without converter is refused."""
    if node.domain == NO_DOMAIN:
        return f"opset {node.opset} of ONNX has no such operator"
    return UNKNOWN if node.domain in ("", "ai.onnx.ml") else f"the operator of domain {node.domain} is not known"


def _first_opset(node: Node) -> int:
    """The opset that brought an operator which the model's own does not have; 0 if there is none."""
    import onnx

    versions = [s.since_version for s in onnx.defs.get_all_schemas_with_history() if s.name == node.op_type]
    return min(versions, default=0) if node.domain == NO_DOMAIN else 0
