"""Outputs of the graph are called what the model calls them, also where they are another value itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tinyc.ir.graph import Draft, Op
from tinyc.ops.copy import Copy


def name_outputs(draft: Draft, values: Sequence[str], names: Sequence[str]) -> None:
    """Make values the outputs of the graph under these names. One that is an input, a constant, or an output already is
    copied, the others are renamed.
    """
    now = dict(zip(values, values, strict=True))
    for value, name in zip(values, names, strict=True):
        source = now[value]
        if source == name:
            draft.outputs.append(name)
            continue
        if name in draft.types and not _moved_away(draft, name, now):
            draft.outputs.append(source)
            continue
        if _is_computed(draft, source) and source not in draft.outputs and source not in names:
            _rename(draft, source, name)
            now[value] = name
        else:
            draft.types[name] = draft.types[source]
            draft.ops.append(Op(draft.fresh_op("copy_0"), Copy(), (source,), (name,)))
        draft.outputs.append(name)


def _moved_away(draft: Draft, name: str, now: dict[str, str]) -> bool:
    """Give another name to an inner value that has the name of an output. False if it must keep it."""
    if not _is_computed(draft, name) or name in draft.outputs:
        return False
    inner = draft.fresh(f"{name}.inner")
    _rename(draft, name, inner)
    now.update({value: inner for value, called in now.items() if called == name})
    return True


def _is_computed(draft: Draft, value: str) -> bool:
    return any(value in op.outputs for op in draft.ops)


def _rename(draft: Draft, old: str, new: str) -> None:
    """Call a computed value otherwise, everywhere."""
    draft.types[new] = draft.types.pop(old)
    draft.replace_uses(old, new)
    draft.ops = [
        replace(op, outputs=tuple(new if name == old else name for name in op.outputs)) if old in op.outputs else op
        for op in draft.ops
    ]
