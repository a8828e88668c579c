"""Large layers become chains of small ones: low-rank factors of their weights."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from tinyc.calibration.chain import Chain, Wanted, Way
from tinyc.calibration.factors import Cp, Spatial, Svd, Tucker, least, most
from tinyc.calibration.moments import Moments
from tinyc.calibration.shrinkage import shrunk
from tinyc.calibration.tensor_factors import require_tensorly
from tinyc.errors import RecipeError
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import Array
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.dense import Dense
from tinyc.passes.base import Pass, PassContext, pass_
from tinyc.passes.low_rank_layers import Part, append, parts_of
from tinyc.passes.quantize_follower import Follower
from tinyc.passes.quantize_weights import finite_weights

ENERGY = 0.95


class Method(Enum):
    """Forms of chains; auto: the best of the first three."""

    SVD = "svd"
    SPATIAL = "spatial"
    TUCKER = "tucker"
    CP = "cp"
    AUTO = "auto"

    @property
    def ways(self) -> tuple[type[Way], ...]:
        return {"svd": (Svd,), "spatial": (Spatial,), "tucker": (Tucker,), "cp": (Cp,)}.get(
            self.value, (Svd, Spatial, Tucker)
        )


class Basis(Enum):
    """What an energy is of: the weights, or the outputs on calibration data."""

    WEIGHTS = "weights"
    OUTPUTS = "outputs"


class Saving(Enum):
    """What a layer must save to be replaced."""

    BYTES = "bytes"
    MACS = "macs"
    BOTH = "both"


@pass_("low_rank")
@dataclass(frozen=True, slots=True)
class LowRank(Pass):
    """Replace float layers by chains of smaller ones, of low rank.

    What: dense and conv2d without groups become two, three or four layers with fewer weights. `method`: svd, the
    layer's kernel to few channels, then 1x1 to all (Denton et al., 2014; Zhang et al., 2016); spatial, a column of taps
    and a row of taps (Jaderberg et al., 2014); tucker, 1x1, the kernel between few channels, 1x1 (Kim et al., 2016);
    cp, 1x1, depthwise columns, depthwise rows, 1x1 (Lebedev et al., 2015); auto, of the first three the one with the
    fewest weights, for `ratio` the one of least error. The rank, by one of: `energy`, the least that keeps this share
    of the squares (0.95 if nothing else is given); `rank`, this number (of inputs and of outputs in tucker); `ratio`,
    the largest with at most this share of the layer's weights; `error`, the least that leaves out at most this share of
    the squared outputs on calibration data. `by`: outputs measures energy by the layer's outputs too: factors are those
    of weights times the root of the inputs' second moments, each layer sees its inputs as the layers before leave them,
    the last factor is fitted, results between factors are centred, so that int8 suits them, and the bias takes up the
    mean error (256 samples at most). A layer is replaced where that saves bytes of weights, or multiply-accumulates, or
    both (`saves`); results between the factors take RAM. Tucker and cp need TensorLy: pip install 'tinyc[compress]'. It
    belongs before prune and quantize.
    When it is exact: up to the rounding of floats where the rank is that of the weights; else never.
    Example: `low_rank(error=2%, method=svd) on dense* where bytes > 8K`.
    Cost: about 8 decompositions of each layer for each method; one of cp takes 200 rounds of alternating least squares.
    """

    energy: float | None = None
    rank: int | None = None
    ratio: float | None = None
    error: float | None = None
    method: Method = Method.AUTO
    by: Basis = Basis.WEIGHTS
    saves: Saving = Saving.BYTES

    def __post_init__(self) -> None:
        chosen = {name: getattr(self, name) for name in ("energy", "rank", "ratio", "error")}
        given = {name: value for name, value in chosen.items() if value is not None}
        if len(given) > 1:
            raise RecipeError(f"{' and '.join(given)} contradict each other", hint="one of them chooses the rank")
        if not given:
            object.__setattr__(self, "energy", ENERGY)
        for name, value in given.items():
            if name == "rank" and value < 1:
                raise RecipeError(f"rank={value}: at least 1")
            if name != "rank" and not (0 < value < 1 or (value == 1 and name == "energy")):
                raise RecipeError(f"{name}={value}: a share above 0, {'1 at most' if name == 'energy' else 'below 1'}")

    def run(self, graph: Graph, context: PassContext) -> Graph:
        context.original = context.original or graph
        ready = [op for op in graph.ops if context.selects(op) and _is_whole(graph, op)]
        takes = [op for op in ready if self._ways(graph, op)]
        if not takes:
            _refuse(graph, context, self.method, bool(ready))
            return graph
        if any(Tucker in self._ways(graph, op) or Cp in self._ways(graph, op) for op in takes):
            require_tensorly(f"low_rank(method={self.method.value})")
        factory = _Factory(graph, self, context)
        for op in graph.ops:
            factory.visit(op, op in takes)
        if not factory.replaced and self.rank is not None and factory.above == len(takes):
            raise RecipeError(f"rank={self.rank} is above the full rank of every layer: {factory.left[0]}")
        context.remarks.extend([*factory.replaced, *factory.left])
        return factory.draft.freeze() if factory.replaced else graph

    @property
    def needs_data(self) -> bool:
        return self.error is not None or self.by is Basis.OUTPUTS

    def chain(self, wanted: Wanted, ways: tuple[type[Way], ...]) -> Chain | None:
        """The best chain for weights; None if none has fewer weights with the error that is asked for."""
        found = [chain for way in ways if (chain := self._of(way(wanted))) is not None]
        if self.ratio is not None:
            return min(found, key=lambda chain: wanted.error(chain.rows), default=None)
        return min(found, key=lambda chain: chain.elements, default=None)

    def _of(self, way: Way) -> Chain | None:
        if self.rank is not None:
            return way.make(way.of(self.rank)) if self.rank <= max(way.path[-1]) else None
        if self.ratio is not None:
            return most(way, self.ratio * way.wanted.weights.size)
        limit = 2**62 if self.saves is Saving.MACS else way.wanted.weights.size
        return least(way, self.error if self.error is not None else 1 - (self.energy or ENERGY), limit)

    def _ways(self, graph: Graph, op: Op) -> tuple[type[Way], ...]:
        shape = graph.types[op.inputs[1] or ""].shape
        return tuple(way for way in self.method.ways if way.takes(shape))

    def worth(self, before: tuple[int, int], after: tuple[int, int]) -> bool:
        """Whether bytes and multiply-accumulates fall as far as they must."""
        fewer = (after[0] < before[0], after[1] < before[1])
        return {Saving.BYTES: fewer[0], Saving.MACS: fewer[1], Saving.BOTH: all(fewer)}[self.saves]


LowRank.selective = True


class _Factory:
    """Puts chains into a graph, op after op."""

    def __init__(self, graph: Graph, options: LowRank, context: PassContext) -> None:
        self.graph, self.options = graph, options
        self.draft = graph.draft()
        self.draft.ops = []
        self.replaced: list[str] = []
        self.left: list[str] = []
        self.above = 0
        self.follower: Follower | None = None
        if options.needs_data:
            if context.calibration is None or context.calibration.count == 0:
                raise RecipeError(
                    "low_rank by outputs needs calibration data",
                    hint="give samples with --calib X.npz; energy=95% by=weights needs none",
                )
            self.follower = Follower(graph, self.draft, context.calibration)

    def visit(self, op: Op, is_chosen: bool) -> None:
        """Append the op, or its chain where that is smaller."""
        if not (is_chosen and self._replace(op)):
            self.draft.ops.append(op)
        if self.follower is not None:
            self.follower.leave(op, {})

    def _replace(self, op: Op) -> bool:
        weights = finite_weights(self.graph, op, op.inputs[1] or "").astype(np.float64)
        try:
            wanted, seen = self._wanted(op, weights)
            chain = self.options.chain(wanted, self.options._ways(self.graph, op))
        except np.linalg.LinAlgError as problem:
            raise _not_solvable(op, str(problem)) from problem
        if chain is None:
            return self._stays(op, weights)
        if not all(np.isfinite(link.weights).all() for link in chain.links):
            raise _not_solvable(op, "its factors are not finite")
        parts, bias = parts_of(op, self.graph.types[op.reads[0]].shape, chain), self._bias(op, weights, chain, seen)
        before = (weights.size, self.graph.macs(op))
        centre = None if seen is None or chain.links[-1].axes else -(chain.maps @ seen.mean[0])
        extra = (len(weights) if bias is not None and len(op.reads) < 3 else 0) + (0 if centre is None else len(centre))
        after = (chain.elements + extra, sum(part.macs for part in parts))
        if not self.options.worth(before, after):
            self.left.append(f"{op.name} stays: rank {_rank(chain)} has {after[0]} weights and {after[1]} MACs")
            return False
        if centre is not None and bias is not None:
            bias = bias - chain.links[-1].weights.reshape(len(weights), -1) @ centre
        append(self.draft, op, parts, bias, centre)
        self.replaced.append(
            f"{op.name}: {len(parts)} layers of rank {_rank(chain)}, {_shapes(parts)}, {after[0]} of {before[0]} "
            f"weights, {after[1]} of {before[1]} MACs, error {wanted.error(chain.rows):.2%}"
        )
        return True

    def _wanted(self, op: Op, weights: Array) -> tuple[Wanted, Moments | None]:
        if self.follower is None:
            return Wanted(weights, np.eye(weights[0].size)), None
        with np.errstate(all="ignore"):
            seen = self.follower.moments(op, op.reads[0])
        if not np.isfinite(seen.gram).all() or not np.isfinite(seen.cross).all():
            raise _not_solvable(op, "its inputs on calibration data are NaN, infinite or too large to square")
        wanted = seen.target(weights.reshape(1, len(weights), -1)).reshape(weights.shape)
        places = len(self.follower.floats) * self.graph.types[op.outputs[0]].elements // len(weights)
        return Wanted(wanted, shrunk(seen.gram, places)[0]), seen

    def _bias(self, op: Op, weights: Array, chain: Chain, seen: Moments | None) -> Array | None:
        """A bias that takes up the mean error; None if the op's own stays."""
        if seen is None:
            return None
        bias = self.graph.constant(op.inputs[2]) if len(op.inputs) > 2 else None
        change = seen.bias_change(weights.reshape(1, len(weights), -1), chain.rows[None])
        return change if bias is None else bias + change

    def _stays(self, op: Op, weights: Array) -> bool:
        full = min(len(weights), weights[0].size)
        if self.options.rank is not None:
            self.above += 1
            self.left.append(f"{op.name} stays: its full rank is {full}")
        else:
            self.left.append(f"{op.name} stays: no factors have fewer weights and that error")
        return False


def _is_whole(graph: Graph, op: Op) -> bool:
    """A float layer without groups whose weights and bias are constant."""
    operator = op.operator
    if not isinstance(operator, Dense) and not (isinstance(operator, Conv2d) and operator.groups == 1):
        return False
    if any(name is not None and name not in graph.constants for name in op.inputs[1:]):
        return False
    return all(graph.types[name].dtype.is_float for name in (*op.reads, *op.outputs))


def _refuse(graph: Graph, context: PassContext, method: Method, has_layers: bool) -> None:
    """RecipeError where the user has asked for layers that cannot be taken."""
    named = [op for op in graph.ops if context.selects(op) and isinstance(op.operator, Conv2d | Dense)]
    if any(graph.types[name].quant is not None for op in named for name in op.reads):
        raise RecipeError("low_rank takes float layers; these are quantised", hint="put it before quantize")
    if context.selection is not None:
        what = f"method={method.value} has no form of these layers" if has_layers else "no layers with weights here"
        raise RecipeError(what, hint="svd takes dense and conv2d without groups; the others conv2d with larger kernels")


def _not_solvable(op: Op, reason: str) -> RecipeError:
    return RecipeError(
        f'op "{op.name}": no factors can be computed: {reason}',
        hint="check the calibration data and the weights; by=weights needs no data",
    )


def _rank(chain: Chain) -> str:
    return " and ".join(map(str, chain.rank))


def _shapes(parts: list[Part]) -> str:
    return " ".join("x".join(map(str, part.weights.shape)) for part in parts)
