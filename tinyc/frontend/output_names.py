"""Outputs of the graph are called what the model calls them, also where they are another value itself."""

from __future__ import annotations

from dataclasses import replace

from tinyc.ir.graph import Draft, Op
from tinyc.ops.copy import Copy


def name_output(draft: Draft, value: str, name: str) -> str:
    """Give a value the name of an output. One that is an input, a constant, or an output already is copied instead.

    The name of the value that is the output.
    """
    if value == name:
        return value
    computed = {output for op in draft.ops for output in op.outputs}
    if name in draft.types:
        if name not in computed or name in draft.outputs:
            return value
        _rename(draft, name, draft.fresh(f"{name}.inner"))
    if value in computed and value not in draft.outputs:
        _rename(draft, value, name)
        return name
    draft.types[name] = draft.types[value]
    draft.ops.append(Op(draft.fresh_op("copy_0"), Copy(), (value,), (name,)))
    return name


def _rename(draft: Draft, old: str, new: str) -> None:
    """Call a computed value otherwise, everywhere."""
    draft.types[new] = draft.types.pop(old)
    draft.replace_uses(old, new)
    draft.ops = [
        replace(op, outputs=tuple(new if name == old else name for name in op.outputs)) if old in op.outputs else op
        for op in draft.ops
    ]
