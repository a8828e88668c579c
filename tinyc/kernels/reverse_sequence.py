"""Kernel of reverse_sequence: any format."""

from __future__ import annotations

import math

from tinyc.kernels.predicates import linear, same_quant
from tinyc.kernels.record import Field, Kernel, Params, Site, register
from tinyc.ops.reverse_sequence import ReverseSequence


def _params(site: Site) -> Params:
    assert isinstance(site.op.operator, ReverseSequence)
    x, first = site.type("x"), site.op.operator.batch_first
    batch, steps = x.shape[:2] if first else x.shape[1::-1]
    block = math.prod(x.shape[2:]) * x.dtype.bytes
    fields: dict[str, Field] = {
        "batch": batch,
        "steps": steps,
        "block_bytes": block,
        "batch_bytes": steps * block if first else block,
        "step_bytes": block if first else batch * block,
    }
    return Params("tc_reverse_sequence", fields)


register(
    Kernel(
        name="tc_reverse_sequence_any_ref", op="reverse_sequence", source="recurrent/tc_reverse_sequence_any_ref.c",
        passes=("x", "lengths"), reads={"lengths": "i64"}, fits=(linear("x", "y"), same_quant("x", "y")),
        params=_params, work=lambda site: {"bytes": site.type("y").bytes}, cost={"bytes": 3.0},
    ),
)  # fmt: skip
