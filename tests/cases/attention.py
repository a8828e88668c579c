"""Attention: ranks, shared heads, masks of every rank, windows, caches, valid keys, scores as an output."""

from tests.cases.case import Case, given, x


def _qkv(batch=2, heads=4, kv_heads=4, queries=3, keys=5, width=7, value_width=6):
    return x(batch, heads, queries, width), x(batch, kv_heads, keys, width), x(batch, kv_heads, keys, value_width)


def _flat(batch=2, heads=4, kv_heads=2, queries=3, keys=5, width=3, value_width=5):
    return x(batch, queries, heads * width), x(batch, keys, kv_heads * width), x(batch, keys, kv_heads * value_width)


def _mask(*shape, seed=3):
    from numpy.random import default_rng

    return given(default_rng(seed).integers(0, 2, shape).astype(bool).tolist(), "bool")


_HEADS = {"q_num_heads": 4, "kv_num_heads": 2}
_CACHE = (x(2, 4, 3, 7), x(2, 4, 3, 6))
_LINEAR = (x(2, 3, 4 * 5), x(2, 3, 2 * 5, low=-0.5, high=0.5), x(2, 3, 2 * 3))
_STATE, _DECAY, _BETA = x(2, 2, 5, 3), x(2, 3, 2, low=-1.0, high=0.0), x(2, 3, 2, low=0.0, high=1.0)
_RULES = [
    ("linear", "linear", ()),
    ("gated", "gated", (_STATE, x(2, 3, 10, low=-1.0, high=0.0))),
    ("gated_per_head", "gated", (None, _DECAY)),
    ("delta", "delta", (_STATE, None, _BETA)),
    ("gated_delta", "gated_delta", (_STATE, _DECAY, x(2, 3, 1, low=0.0, high=1.0))),
]

CASES = [
    Case("Attention", "plain", _qkv(), opset=23),
    Case("Attention", "one_of_everything", _qkv(1, 1, 1, 1, 1, 1, 1), opset=23),
    Case("Attention", "shared_heads", _qkv(kv_heads=2), {"scale": 0.3}, opset=23),
    Case("Attention", "one_key_head", _qkv(kv_heads=1), {"is_causal": 1}, opset=23),
    Case("Attention", "rank3", _flat(), _HEADS, opset=23),
    Case("Attention", "rank3_causal_capped", _flat(queries=5), _HEADS | {"is_causal": 1, "softcap": 2.0}, opset=23),
    *(Case("Attention", f"mask_{'_'.join(map(str, shape))}", (*_qkv(), x(*shape)), opset=23) for shape in ((3, 5), (4, 3, 5), (2, 1, 1, 5), (2, 4, 3, 5))),
    *(Case("Attention", f"bool_mask_rank{len(shape)}", (*_qkv(), _mask(*shape)), {"is_causal": 1}, opset=23) for shape in ((3, 5), (4, 3, 5), (2, 4, 3, 5))),
    Case("Attention", "constant_mask", (*_qkv(), _mask(3, 5)), {}, (3,), opset=23),
    Case("Attention", "nothing_visible", (*_qkv(), given([[False] * 5, [True] * 5, [False] * 5], "bool")), opset=23),
    Case("Attention", "short_mask", (*_qkv(), x(3, 4)), opset=24),
    Case("Attention", "cache", (*_qkv(), None, *_CACHE), {"is_causal": 1}, outputs=3, opset=23),
    Case("Attention", "cache_rank3", (*_flat(), None, x(2, 2, 3, 3), x(2, 2, 3, 5)), _HEADS, outputs=3, opset=23),
    Case("Attention", "valid", (*_qkv(), None, None, None, given([4, 2], "int64")), {}, opset=24),
    Case("Attention", "valid_causal_masked", (*_qkv(), x(3, 5), None, None, given([5, 2], "int64")), {"is_causal": 1}, opset=24),
    Case("Attention", "window", _qkv(queries=5), {"left_window_size": 1, "right_window_size": 2}, opset=25),
    Case("Attention", "window_cache", (*_qkv(), None, *_CACHE), {"left_window_size": 2, "is_causal": 1}, outputs=3, opset=25),
    *(Case("Attention", f"scores{mode}", (*_qkv(queries=4), x(4, 8), *_CACHE), {"qk_matmul_output_mode": mode, "is_causal": 1, **({"softcap": 1.5} if mode else {})}, outputs=4, opset=23) for mode in range(4)),
    *(Case("RotaryEmbedding", f"rank4{'_interleaved' if i else ''}", (x(2, 3, 5, 8), x(2, 5, 4), x(2, 5, 4)), {"interleaved": i}, opset=23) for i in (0, 1)),
    *(Case("RotaryEmbedding", f"rank3_partial{'_interleaved' if i else ''}", (x(2, 5, 24), x(9, 2), x(9, 2), given([[0, 3, 8, 1, 1], [7, 2, 0, 4, 5]], "int64")), {"interleaved": i, "num_heads": 3, "rotary_embedding_dim": 4}, (1, 2), opset=23) for i in (0, 1)),
    Case("TensorScatter", "linear", (x(2, 3, 5, 2), x(2, 3, 2, 2), given([3, 0], "int64")), opset=24),
    Case("TensorScatter", "circular", (x(2, 3, 5, 2), x(2, 3, 4, 2), given([4, 2], "int64")), {"mode": "circular"}, opset=24),
    Case("TensorScatter", "from_the_start", (x(2, 5, 3), x(2, 5, 3)), {"axis": 1}, opset=24),
    Case("TensorScatter", "int8", (x(2, 5, 3, dtype="int8"), x(2, 1, 3, dtype="int8"), given([4, 1], "int64")), opset=24),
    *(Case("LinearAttention", name, (*_LINEAR, *more), {"q_num_heads": 4, "kv_num_heads": 2, "update_rule": rule}, outputs=2, opset=27) for name, rule, more in _RULES),
    Case("LinearAttention", "scaled_one_head", (x(1, 1, 3), x(1, 1, 3), x(1, 1, 2)), {"q_num_heads": 1, "kv_num_heads": 1, "update_rule": "linear", "scale": 0.5}, outputs=2, opset=27),
    *(Case("CausalConvWithState", f"{taps}_taps_{length}", (x(2, 3, length), x(3, 1, taps), x(3)), {"activation": "silu"}, (1, 2), outputs=2, opset=27) for taps, length in ((1, 4), (3, 7), (5, 2))),
    Case("CausalConvWithState", "cache", (x(2, 3, 4), x(3, 1, 4), None, x(2, 3, 3)), {}, (1,), outputs=2, opset=27),
    Case("CausalConvWithState", "run_time_weights", (x(2, 3, 4), x(3, 1, 3), x(3), x(2, 3, 2)), outputs=2, opset=27),
    Case("FlexAttention", "body_of_the_standard", _qkv(kv_heads=2), {"scale": 0.4}, opset=26, domain="ai.onnx.preview"),
]  # fmt: skip
