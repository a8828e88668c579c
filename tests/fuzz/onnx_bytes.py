"""Mutated ONNX files against the frontend: always a graph or a TinycError, in bounded time and memory.

    python -m tests.fuzz.onnx_bytes --cases 20000 --seed 1

Each case runs in a worker process under limits of address space and CPU time; a worker that dies names its case.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import onnx
from onnx import AttributeProto, TensorProto

from tests.support.case_models import families, variants

SECONDS = 10
MEMORY_BYTES = 2 * 2**30
_INTERESTING = (0, 1, -1, 2, 127, 128, 255, 2**31 - 1, -(2**31), 2**63 - 1, -(2**63), 10**9)


@dataclass(frozen=True)
class Finding:
    """A case that broke the promise."""

    seed: int
    what: str


@cache
def corpus() -> tuple[bytes, ...]:
    """Small valid models: every case of the tables, and the bundled CNN."""
    folder = Path(__file__).resolve().parents[2] / "examples" / "digits"
    models = [v.model.SerializeToString() for cases in families().values() for case in cases for v in variants(case)]
    return (*models, *(path.read_bytes() for path in sorted(folder.glob("*.onnx"))))


def mutated(seed: int) -> bytes:
    """One mutated file: bytes are damaged, or fields of the decoded model are changed."""
    rng = random.Random(seed)
    base = rng.choice(corpus())
    if rng.random() < 0.4:
        return _damaged(base, rng)
    model = onnx.load_model_from_string(base)
    for _ in range(rng.randint(1, 3)):
        rng.choice(_CHANGES)(model, rng)
    return model.SerializeToString()


def _damaged(base: bytes, rng: random.Random) -> bytes:
    data = bytearray(base)
    for _ in range(rng.randint(1, 8)):
        place = rng.randrange(len(data))
        kind = rng.random()
        if kind < 0.5:
            data[place] = rng.randrange(256)
        elif kind < 0.7:
            del data[place : place + rng.randint(1, 16)]
        elif kind < 0.9:
            data[place:place] = rng.randbytes(rng.randint(1, 16))
        else:
            data = data[: place + 1]
        if not data:
            return b"\0"
    return bytes(data)


def _change_attribute(model: onnx.ModelProto, rng: random.Random) -> None:
    attributes = [a for node in model.graph.node for a in node.attribute]
    if not attributes:
        return
    chosen = rng.choice(attributes)
    if chosen.type == AttributeProto.INT:
        chosen.i = rng.choice(_INTERESTING)
    elif chosen.type == AttributeProto.INTS and chosen.ints:
        chosen.ints[rng.randrange(len(chosen.ints))] = rng.choice(_INTERESTING)
    elif chosen.type == AttributeProto.FLOAT:
        chosen.f = rng.choice((0.0, -1.0, float("nan"), float("inf"), 1e30, -1e30))
    elif chosen.type == AttributeProto.STRING:
        chosen.s = rng.randbytes(rng.randint(0, 6))


def _change_dim(model: onnx.ModelProto, rng: random.Random) -> None:
    dims = [d for v in model.graph.input for d in v.type.tensor_type.shape.dim]
    if dims:
        rng.choice(dims).dim_value = rng.choice((*_INTERESTING, 3, 7, 65536))


def _change_tensor(model: onnx.ModelProto, rng: random.Random) -> None:
    tensors = list(model.graph.initializer)
    if not tensors:
        return
    chosen = rng.choice(tensors)
    kind = rng.random()
    if kind < 0.4 and chosen.dims:
        chosen.dims[rng.randrange(len(chosen.dims))] = rng.choice(_INTERESTING)
    elif kind < 0.7:
        chosen.data_type = rng.choice(TensorProto.DataType.values())
    elif chosen.raw_data:
        chosen.raw_data = rng.randbytes(len(chosen.raw_data))


def _change_wiring(model: onnx.ModelProto, rng: random.Random) -> None:
    node = rng.choice(list(model.graph.node) or [None])
    names = [n for other in model.graph.node for n in (*other.input, *other.output)]
    names += [v.name for v in (*model.graph.input, *model.graph.initializer)]
    if node is not None and node.input and names:
        node.input[rng.randrange(len(node.input))] = rng.choice([*names, "", "nowhere"])


def _change_type(model: onnx.ModelProto, rng: random.Random) -> None:
    values = [*model.graph.input, *model.graph.output]
    if values:
        rng.choice(values).type.tensor_type.elem_type = rng.choice(TensorProto.DataType.values())


def _change_operator(model: onnx.ModelProto, rng: random.Random) -> None:
    if model.graph.node:
        operators = ("Conv", "Gemm", "Add", "Reshape", "Softmax", "Nonsense", "Concat", "MaxPool", "Identity", "If")
        rng.choice(list(model.graph.node)).op_type = rng.choice(operators)


def _change_versions(model: onnx.ModelProto, rng: random.Random) -> None:
    rng.choice(list(model.opset_import)).version = rng.choice((0, 1, 5, 6, 7, 9, 11, 13, 18, 21, 99, -1))


def _drop_something(model: onnx.ModelProto, rng: random.Random) -> None:
    lists = [x for x in (model.graph.node, model.graph.initializer, model.graph.input, model.graph.output) if x]
    if lists:
        chosen = rng.choice(lists)
        del chosen[rng.randrange(len(chosen))]


_CHANGES: tuple[Callable[[onnx.ModelProto, random.Random], None], ...] = (
    _change_attribute, _change_dim, _change_tensor, _change_wiring, _change_type, _change_operator, _change_versions,
    _drop_something,
)  # fmt: skip


def run_case(seed: int) -> tuple[str, Finding | None]:
    """Load one mutated file; its verdict and what is wrong, if anything."""
    from tinyc.errors import TinycError
    from tinyc.frontend.load import load

    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(mutated(seed))
        try:
            load(path)
            verdict = "loaded"
        except TinycError as error:
            verdict = type(error).__name__
        except Exception as error:
            return "crashed", Finding(seed, f"{type(error).__name__}: {error}")
    if time.process_time() - started > SECONDS:
        return "slow", Finding(seed, f"took {time.process_time() - started:.1f} s")
    return verdict, None


def run_batch(seeds: range) -> list[tuple[str, Finding | None]]:
    return [_guarded(seed) for seed in seeds]


def _guarded(seed: int) -> tuple[str, Finding | None]:
    def late(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"more than {SECONDS} s")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        return run_case(seed)
    except (TimeoutError, MemoryError) as error:
        return "limit", Finding(seed, repr(error))
    finally:
        signal.alarm(0)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES + 2**31, MEMORY_BYTES + 2**31))


def fuzz(cases: int, seed: int, workers: int = 2) -> tuple[Counter[str], list[Finding]]:
    """Verdicts and findings of `cases` mutated files; case i has the seed `seed * 10**6 + i`."""
    corpus()
    first, verdicts, findings = seed * 10**6, Counter[str](), []
    context = multiprocessing.get_context("fork")
    for batch in _batches(range(first, first + cases), 200 * workers):
        try:
            with ProcessPoolExecutor(workers, mp_context=context, initializer=_limit) as pool:
                parts = [batch[i::workers] for i in range(workers)]
                results = [r for part in pool.map(run_batch, parts) for r in part]
        except BrokenProcessPool:
            results = [r for one in batch for r in _alone(one, context)]
        verdicts.update(verdict for verdict, _ in results)
        findings += [finding for _, finding in results if finding is not None]
    return verdicts, findings


def _alone(seed: int, context: multiprocessing.context.BaseContext) -> list[tuple[str, Finding | None]]:
    try:
        with ProcessPoolExecutor(1, mp_context=context, initializer=_limit) as pool:  # type: ignore[arg-type]
            return list(pool.map(_guarded, [seed]))
    except BrokenProcessPool:
        return [("died", Finding(seed, "the process died"))]


def _batches(seeds: range, size: int) -> Iterator[range]:
    for start in range(0, len(seeds), size):
        yield seeds[start : start + size]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    verdicts, findings = fuzz(options.cases, options.seed)
    print(f"seed {options.seed}: {dict(verdicts)}")
    for finding in findings:
        print(f"FAILED case {finding.seed}: {finding.what}")
    print(f"{options.cases - len(findings)} passed, {len(findings)} failed")
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
