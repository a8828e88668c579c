"""Operators that tinyc does not know, but that the ONNX standard defines by a body of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tinyc.ops  # noqa: F401  registers the converters
from tinyc.frontend.foreign import onnx_step
from tinyc.ops.importing import CONVERTERS

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

MAX_DEPTH = 8
"""Bodies within bodies; the standard's deepest is 2."""


def inline_bodies(model: ModelProto, where: str) -> ModelProto:
    """The model with every such node replaced by its body. `where` names the model in errors."""
    from onnx.inliner import inline_selected_functions

    for _ in range(MAX_DEPTH):
        versions = {_domain(o.domain): o.version for o in model.opset_import}
        unknown = sorted({(n.domain, n.op_type) for n in model.graph.node if _has_body_only(n, versions)})
        if not unknown:
            break
        names = ", ".join(op_type for _, op_type in unknown)
        with onnx_step(f"{where}: the body of {names} cannot be inlined", "export the model with plain operators"):
            model = inline_selected_functions(model, unknown, inline_schema_functions=True)
    return model


def _domain(domain: str) -> str:
    return "" if domain == "ai.onnx" else domain


def _has_body_only(node: NodeProto, versions: dict[str, int]) -> bool:
    """True if tinyc has no converter of the node, but onnx a body."""
    import onnx

    domain = _domain(node.domain)
    if (domain, node.op_type) in CONVERTERS or not onnx.defs.has(node.op_type, domain=domain):
        return False
    try:
        schema = onnx.defs.get_schema(node.op_type, versions.get(domain, 1), domain)
    except onnx.defs.SchemaError:
        return False
    has_body: bool = schema.has_function or schema.has_context_dependent_function  # type: ignore[attr-defined]
    return has_body
