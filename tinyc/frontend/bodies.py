"""Operators by where they are defined: contributed ones in the wrong domain, standard ones that have only a body."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tinyc.ops  # noqa: F401  registers the converters
from tinyc.frontend.foreign import onnx_step
from tinyc.frontend.ways_out import NO_DOMAIN
from tinyc.ops.importing import CONVERTERS

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

RUNTIME_DOMAIN = "com.microsoft"
EXPERIMENTS = ("ATen", "Affine", "ConstantFill", "Crop", "DynamicSlice", "GRUUnit", "GivenTensorFill", "ImageScaler",
               "ParametricSoftplus", "Scale", "ScaledTanh")  # fmt: skip
"""Operators of the first opsets that onnx's checker lets pass, though it does not define them any more."""
MAX_DEPTH = 8
"""Bodies within bodies; the standard's deepest is 2."""


def name_domains(model: ModelProto) -> None:
    """ONNX Runtime writes some of its own operators into the standard domain; put them where they belong."""
    import onnx

    moved = False
    for node in model.graph.node:
        foreign = not onnx.defs.has(node.op_type) and (RUNTIME_DOMAIN, node.op_type) in CONVERTERS
        if _domain(node.domain) == "" and foreign:
            node.domain, moved = RUNTIME_DOMAIN, True
    if moved and all(o.domain != RUNTIME_DOMAIN for o in model.opset_import):
        model.opset_import.append(onnx.helper.make_opsetid(RUNTIME_DOMAIN, 1))


def set_unknown_apart(model: ModelProto) -> None:
    """Put operators that the model's opset does not have into a domain of their own. onnx's checker ends at the first
    of them; this way the import names all of them, and whatever else is not supported.
    """
    import onnx

    opset = next((o.version for o in model.opset_import if _domain(o.domain) == ""), 1)
    unknown = [
        node
        for node in model.graph.node
        if _domain(node.domain) == ""
        and node.op_type not in EXPERIMENTS
        and not (onnx.defs.has(node.op_type) and onnx.defs.has(node.op_type, opset, ""))
    ]
    for node in unknown:
        node.domain = NO_DOMAIN
    if unknown:
        model.opset_import.append(onnx.helper.make_opsetid(NO_DOMAIN, opset))


def inline_bodies(model: ModelProto, where: str) -> ModelProto:
    """The model with every such node replaced by its body. `where` names the model in errors.

    A node stays if its body holds operators that tinyc has no meaning for, so that errors name it and not its parts.
    """
    refused: set[tuple[str, str]] = set()
    for _ in range(MAX_DEPTH):
        versions = {_domain(o.domain): o.version for o in model.opset_import}
        found = {(n.domain, n.op_type) for n in model.graph.node if _has_body_only(n, versions)}
        if not found - refused:
            break
        for name in sorted(found - refused):
            inlined = _inlined(model, name, where)
            if _is_understood(inlined, model):
                model = inlined
            else:
                refused.add(name)
    return model


def _inlined(model: ModelProto, name: tuple[str, str], where: str) -> ModelProto:
    from onnx.inliner import inline_selected_functions

    with onnx_step(f"{where}: the body of {name[1]} cannot be inlined", "export the model with plain operators"):
        return inline_selected_functions(model, [name], inline_schema_functions=True)


def _is_understood(inlined: ModelProto, before: ModelProto) -> bool:
    """True if every operator that inlining brought in has a converter or a body in turn."""
    versions = {_domain(o.domain): o.version for o in inlined.opset_import}
    old = {(n.domain, n.op_type) for n in before.graph.node}
    new = [n for n in inlined.graph.node if (n.domain, n.op_type) not in old]
    return all((_domain(n.domain), n.op_type) in CONVERTERS or _has_body_only(n, versions) for n in new)


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
