"""ONNX file to a checked ModelProto with static shapes: onnx's own checker, inliner, converter, shape inference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from tinyc.errors import ModelError, did_you_mean
from tinyc.frontend.bodies import inline_bodies, name_domains, set_unknown_apart
from tinyc.frontend.foreign import onnx_step
from tinyc.ops.importing import MAX_ELEMENTS

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, ValueInfoProto

OLDEST_OPSET = 7
MAX_BYTES = 512 * 2**20
_CHECK_FILE = "check the download; tinyc reads binary .onnx files"
_KEEP_TOGETHER = "keep the data file that was exported with the model in the same folder"
_NEWER_OPSET = "export the model again with opset 13 or newer"
_DECLARE_SHAPE = "declare it with its dimensions; of outputs, onnx.shape_inference.infer_shapes(model) finds them"
_EXPORT_AGAIN = "onnx.checker.check_model(path, full_check=True) says more; export the model again"


def read_model(path: Path, dims: Mapping[str, int]) -> ModelProto:
    """The model with functions inlined, symbolic dimensions fixed by `dims` and shapes inferred. ModelError if the file
    is not a valid ONNX model, if a dimension stays open, or if a tensor is absurdly large.
    """
    model = _parse(path)
    name_domains(model)
    set_unknown_apart(model)
    _check(path, model)
    _refuse_split_beyond_outputs(path, _every_node(model))
    if model.functions:
        from onnx.inliner import inline_local_functions

        with onnx_step(f"{path}: a function body cannot be inlined", _EXPORT_AGAIN):
            model = inline_local_functions(model)
    model = _upgraded(path, model)
    _fix_dimensions(path, model, dims)
    return _inferred(path, inline_bodies(model, str(path)))


def _parse(path: Path) -> ModelProto:
    import onnx

    if not path.exists():
        raise ModelError(f"{path}: no such file", hint="give the path of an ONNX file")
    if path.is_dir():
        raise ModelError(f"{path} is a folder, not an ONNX file", hint="give the path of an ONNX file")
    if path.stat().st_size > MAX_BYTES:
        raise ModelError(
            f"{path}: {path.stat().st_size} bytes; more than {MAX_BYTES} cannot fit a microcontroller",
            hint="choose a smaller model",
        )
    with onnx_step(f"{path} is not an ONNX file, or is truncated", _CHECK_FILE):
        model = onnx.load(path, load_external_data=False)
    if not model.graph.node and not model.graph.output:
        raise ModelError(f"{path} is not an ONNX file: it holds no graph", hint=_CHECK_FILE)
    _refuse_broken_text(path, (*model.graph.node, *(node for body in model.functions for node in body.node)))
    return _with_external_data(path, model)


def _with_external_data(path: Path, model: ModelProto) -> ModelProto:
    from onnx.external_data_helper import load_external_data_for_model

    with onnx_step(f"{path}: external data of a tensor cannot be read", _KEEP_TOGETHER):
        load_external_data_for_model(model, str(path.parent))
    return model


def _check(path: Path, model: ModelProto) -> None:
    import onnx

    known = {(o.domain or "ai.onnx"): o.version for o in model.opset_import}
    newest = onnx.defs.onnx_opset_version()
    if known.get("ai.onnx", 0) > newest:
        raise ModelError(
            f"{path}: opset {known['ai.onnx']} is newer than the installed onnx package knows ({newest})",
            hint="pip install --upgrade onnx",
        )
    _refuse_without_shape(path, "input", model.graph.input)
    _refuse_without_shape(path, "output", model.graph.output)
    with onnx_step(f"{path} is not a valid ONNX model", _EXPORT_AGAIN):
        onnx.checker.check_model(model)


def _refuse_without_shape(path: Path, role: str, values: Iterable[ValueInfoProto]) -> None:
    """The checker says so too, but not of which value."""
    for value in values:
        if value.type.HasField("tensor_type") and not value.type.tensor_type.HasField("shape"):
            raise ModelError(f'{path}: {role} "{value.name}" is declared without a shape', hint=_DECLARE_SHAPE)


def _every_node(model: ModelProto) -> Iterator[NodeProto]:
    """Those of functions and of bodies too."""
    waiting = [*model.graph.node, *(node for body in model.functions for node in body.node)]
    while waiting:
        node = waiting.pop()
        yield node
        for attribute in node.attribute:
            waiting += [inner for graph in (attribute.g, *attribute.graphs) for inner in graph.node]


def _refuse_split_beyond_outputs(path: Path, nodes: Iterable[NodeProto]) -> None:
    """Shape inference would make as many shapes as the attribute says, and never end for a damaged one."""
    for node in nodes:
        wanted = [attribute.i for attribute in node.attribute if attribute.name == "num_outputs"]
        if node.op_type == "Split" and wanted and wanted[0] != len(node.output):
            raise ModelError(
                f'{path}: node "{node.name}" (Split): num_outputs is {wanted[0]}, it has {len(node.output)} outputs',
                hint=_EXPORT_AGAIN,
            )


def _upgraded(path: Path, model: ModelProto) -> ModelProto:
    """Models older than the oldest opset that the operators understand go through onnx's version converter."""
    import onnx

    version = next((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), OLDEST_OPSET)
    if version >= OLDEST_OPSET:
        return model
    with onnx_step(f"{path}: opset {version} cannot be brought to opset {OLDEST_OPSET}", _NEWER_OPSET):
        return onnx.version_converter.convert_version(model, OLDEST_OPSET)


def _fix_dimensions(path: Path, model: ModelProto, dims: Mapping[str, int]) -> None:
    initialisers = {tensor.name for tensor in model.graph.initializer}
    unused = set(dims)
    labels = {dim.dim_param for value in model.graph.input for dim in value.type.tensor_type.shape.dim}
    for value in model.graph.input:
        if value.name in initialisers:
            continue
        for axis, dim in enumerate(value.type.tensor_type.shape.dim):
            _fix_dimension(path, value.name, axis, dim, dims, unused)
    if unused:
        raise ModelError(
            f"{path}: --dim {sorted(unused)[0]}: no input has a dimension of this name",
            hint=did_you_mean(sorted(unused)[0], labels - {""}) or "the model's dimensions are fixed",
        )
    for value in (*model.graph.output, *model.graph.value_info):
        for dim in value.type.tensor_type.shape.dim:
            if dim.dim_param in dims:
                dim.dim_value = dims[dim.dim_param]


def _fix_dimension(
    path: Path, name: str, axis: int, dim: object, dims: Mapping[str, int], unused: set[str]
) -> None:
    label: str = getattr(dim, "dim_param", "")
    keys = [key for key in (label, f"{name}.{axis}") if key in dims]
    if keys:
        dim.dim_value = dims[keys[0]]  # type: ignore[attr-defined]
        unused.discard(keys[0])
    elif not dim.HasField("dim_value"):  # type: ignore[attr-defined]
        key = label or f"{name}.{axis}"
        raise ModelError(
            f'{path}: input "{name}": dimension {axis} ({label or "unnamed"}) is dynamic',
            hint=f"fix it, for example --dim {key}=1",
        )
    if dim.dim_value < 1:  # type: ignore[attr-defined]
        raise ModelError(
            f'{path}: input "{name}": dimension {axis} is {dim.dim_value}',  # type: ignore[attr-defined]
            hint="every dimension must be at least 1; export with the shape that the firmware uses",
        )


def _spell_out_defaults(model: ModelProto) -> None:
    """Default attributes of operators that onnx defines by a body: its shape inference needs them in the node."""
    import onnx

    versions = {"" if o.domain == "ai.onnx" else o.domain: o.version for o in model.opset_import}
    for node in model.graph.node:
        if not onnx.defs.has(node.op_type, domain=node.domain):
            continue
        schema = onnx.defs.get_schema(node.op_type, versions.get(node.domain, 1), node.domain)
        given = {attribute.name for attribute in node.attribute}
        has_body: bool = schema.has_function  # type: ignore[attr-defined]
        wanted = has_body or node.op_type == "STFT"  # whose inference takes a missing onesided for 0
        for name, attribute in schema.attributes.items():
            if wanted and name not in given and attribute.default_value.type:
                node.attribute.append(attribute.default_value)


def _inferred(path: Path, model: ModelProto) -> ModelProto:
    import onnx

    _refuse_absurd(path, model.graph.input)
    _spell_out_defaults(model)
    with onnx_step(f"{path}: shapes do not go together", _EXPORT_AGAIN):
        model = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    _refuse_absurd(path, (*model.graph.output, *model.graph.value_info))
    return model


def _refuse_absurd(path: Path, values: Iterable[ValueInfoProto]) -> None:
    for value in values:
        count = prod(max(dim.dim_value, 1) for dim in value.type.tensor_type.shape.dim)
        if count > MAX_ELEMENTS:
            raise ModelError(
                f'{path}: tensor "{value.name}" would have {count} elements',
                hint=f"no microcontroller holds more than {MAX_ELEMENTS}; check the model's shapes",
            )


def _refuse_broken_text(path: Path, nodes: Iterable[NodeProto]) -> None:
    """Names of operators that are no UTF-8 arrive as bytes; nothing behind this line expects that."""
    for node in nodes:
        if any(str(text) != text for text in (node.op_type, node.domain)):
            raise ModelError(f"{path}: the operator of a node is no text: {node.op_type!r}", hint=_CHECK_FILE)
