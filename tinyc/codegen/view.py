"""Calls and constants as the templates see them: finished names, numbers and lines. Templates decide nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinyc.codegen.literals import array_text, comment_text, float_literal, int_literal, wrapped
from tinyc.ir.types import Array, DType
from tinyc.kernels.record import Field, Params, Reference, Symbol
from tinyc.lower.program import NOTHING, Argument, Call, ConstantData, Program

_LINE = 110


def emitted(constant: ConstantData) -> Array:
    """What lies in flash: C has no arrays without elements."""
    array = constant.blob.array
    return array if array.size else np.zeros(1, array.dtype)


def constant_view(program: Program, constant: ConstantData) -> dict[str, Any]:
    array = emitted(constant)
    return {
        "symbol": f"{program.name}_{constant.name}",
        "section": _section(program, constant),
        "c_type": f"{array.dtype}_t" if array.dtype.name in ("uint16", "uint32") else DType.of(array.dtype).c_type,
        "elements": array.size,
        "comment": comment_text(constant.comment),
        "text": array_text(array),
    }


def _section(program: Program, constant: ConstantData) -> str:
    return f'TINYC_SECTION("{constant.section}.{program.name}_{constant.name}")\n' if constant.section else ""


def call_parameters(program: Program, call: Call) -> list[dict[str, Any]]:
    """The parameters of a call, and those for rows at the edges where it is a stage of a stream."""
    edges, strips = ((), ()) if call.stage is None else (call.stage.edges, call.stage.strips)
    named = [
        (call.name, call.params, strips),
        *((f"{call.name}_edge_{i}", edge.params, edge.strips) for i, edge in enumerate(edges)),
    ]
    title = _title(call)
    return [
        {"name": name, "title": title, **_params_view(program, params)}
        if not strips
        else {"name": f"{name}[{len(strips)}]", "title": f"{title}; in each strip", **_strips_view(program, strips)}
        for name, params, strips in named
        if params.fields
    ]


def call_step(program: Program, call: Call, number: int) -> dict[str, Any]:
    """What NAME_invoke says of a call."""
    return {
        "summary": f"{number}: {_summary(call)}",
        "lines": [f"TINYC_LAYER_BEGIN({number}u);", _statement(program, call), f"TINYC_LAYER_END({number}u);"],
    }


def _title(call: Call) -> str:
    source = f' "{call.source}"' if call.source else ""
    return comment_text(f"{call.name}: {call.kind}{source}")


def _summary(call: Call) -> str:
    reads = ", ".join(f'"{n}" {t}' for n, t in zip(call.in_names[:1], call.in_types[:1], strict=False))
    writes = ", ".join(f'"{tensor.name}" {tensor.type}' for tensor in call.outputs)
    macs = f"; {call.macs} MACs" if call.macs else ""
    return comment_text(f"{call.name}: {reads} -> {writes}{macs}")


def _params_view(program: Program, params: Params) -> dict[str, Any]:
    members = list(params.fields.items())
    lines: list[str] = []
    for number, (name, value) in enumerate(members):
        end = "," if number + 1 < len(members) else ""
        lines += _member(program, name, value, end)
    return {"c_type": params.c_type, "lines": lines}


def _strips_view(program: Program, strips: tuple[Params, ...]) -> dict[str, Any]:
    """Of an array of parameters."""
    lines = list[str]()
    for number, params in enumerate(strips):
        lines += [f"{{ /* strip {number} */", *(f"    {line}" for line in _params_view(program, params)["lines"]), "},"]
    return {"c_type": strips[0].c_type, "lines": [*lines[:-1], "}"]}


def _member(program: Program, name: str, value: Field, end: str) -> list[str]:
    """One designated initialiser; a nested struct or a long array is broken into lines."""
    text = f".{name} = {_field(program, value)}{end}"
    if len(text) <= _LINE or not isinstance(value, Params | tuple):
        return [text]
    if isinstance(value, Params):
        words = [f".{inner} = {_field(program, item)}" for inner, item in value.fields.items()]
    else:
        words = [_field(program, item) for item in value]
    body = wrapped(words, ", ", _LINE - 4)
    return [f".{name} = {{", *(f"    {line}" for line in body), f"}}{end}"]


def _field(program: Program, value: Field) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, Reference):
        return f"{program.name}_{value.constant}"
    if isinstance(value, Symbol):
        return f"&{value.name}"
    if isinstance(value, Params):
        return "{" + ", ".join(f".{name} = {_field(program, item)}" for name, item in value.fields.items()) + "}"
    if isinstance(value, tuple):
        return "{" + ", ".join(_field(program, item) for item in value) + "}"
    assert isinstance(value, int | float), f"{value!r} is not resolved"
    return float_literal(value) if isinstance(value, float) else int_literal(int(value))


def _statement(program: Program, call: Call) -> str:
    arguments = [f"&{call.name}"] if call.params.fields else []
    arguments += [argument_text(program, argument) for argument in call.arguments]
    statement = f"{call.kernel}({', '.join(arguments)});"
    if not call.guards:
        return statement
    conditions = [f"({guard.memory}[{guard.offset}] {'!=' if guard.wanted else '=='} 0u)" for guard in call.guards]
    return f"if (TINYC_TAKEN({' && '.join(conditions)})) {{\n        {statement}\n    }}"


def argument_text(program: Program, argument: Argument | tuple[Argument, ...]) -> str:
    if isinstance(argument, tuple):
        return "(const void *const[]){" + ", ".join(argument_text(program, item) for item in argument) + "}"
    if argument.constant is not None:
        return f"{program.name}_{argument.constant}"
    if argument == NOTHING:
        return "NULL"
    return cast(argument, f"&{argument.memory}[{argument.offset}]")


def cast(argument: Argument, pointer: str) -> str:
    """A pointer to bytes as what the kernel takes."""
    if argument.c_type == "void":
        return pointer
    const = "" if argument.written else "const "
    through = "" if argument.c_type in ("int8_t", "uint8_t") else f"({const}void *)"
    return f"({const}{argument.c_type} *){through}{pointer}"
