"""Runs a recipe's steps: facts checked first, ops chosen, every result verified, a note for each pass."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tinyc.errors import GraphError, RecipeError
from tinyc.ir.graph import Graph, Op
from tinyc.ir.verify import verify
from tinyc.passes.base import PASSES, PassContext, PassNote, constant_bytes, facts_of, matching
from tinyc.recipe.step import Step


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The steps of a recipe, ready to run."""

    steps: tuple[Step, ...]

    def run(self, graph: Graph, context: PassContext) -> Graph:
        """The graph after all steps; each leaves a PassNote in `context.notes`.

        RecipeError before anything runs if the order is impossible; later if a pattern matches no op.
        """
        self.check(graph)
        for step in self.steps:
            graph = _run_step(step, graph, context)
        return graph

    def check(self, graph: Graph) -> None:
        """RecipeError at the first step whose required facts neither the graph nor a step before it provides."""
        facts = facts_of(graph)
        for step in self.steps:
            if missing := sorted(step.pass_.requires - facts):
                raise _out_of_order(step, missing[0])
            facts = (facts - step.pass_.forgets) | step.pass_.establishes


def _run_step(step: Step, graph: Graph, context: PassContext) -> Graph:
    selection = select(step, graph, context)
    remarks: list[str] = []
    if selection == frozenset():
        result, remarks = graph, ["no op meets the condition"]
    else:
        own = replace(context, selection=selection, remarks=remarks)
        result = _result(step, graph, own)
        context.reference, context.original = own.reference, own.original
    _verified(step, graph, result)
    note = PassNote(step.pass_.word, step.options, constant_bytes(graph), constant_bytes(result), "; ".join(remarks))
    context.record(note, result)
    return result


def _result(step: Step, graph: Graph, context: PassContext) -> Graph:
    try:
        return step.pass_.run(graph, context)
    except RecipeError as error:
        raise RecipeError(f"{step.place}: {error.reason}", hint=error.hint) from error


def _verified(step: Step, before: Graph, after: Graph) -> None:
    if after is before:
        return
    try:
        verify(after)
    except GraphError as error:
        raise GraphError(f"after {step.pass_.word}: {error.reason}", hint=error.hint) from error


def select(step: Step, graph: Graph, context: PassContext) -> frozenset[str] | None:
    """Names of the ops that the step's patterns and conditions leave; None means all.

    RecipeError if a pattern matches none.
    """
    if not step.patterns and not step.conditions:
        return None
    for pattern, place in zip(step.patterns, step.pattern_places, strict=True):
        try:
            matching(graph, (pattern,))
        except RecipeError as error:
            raise RecipeError(f"{place}: {error.reason}", hint=error.hint) from error
    ops = matching(graph, step.patterns)
    for condition in step.conditions:
        ops = tuple(op for op in ops if condition.holds(_measure(condition.measure, step, graph, op, context)))
    return frozenset(op.name for op in ops)


def _measure(name: str, step: Step, graph: Graph, op: Op, context: PassContext) -> float:
    if name == "macs":
        return graph.macs(op)
    op_bytes = sum(graph.types[value].bytes for value in set(op.reads) & graph.constants.keys())
    if name == "bytes":
        return op_bytes
    assert name == "saves", name
    alone = replace(context, selection=frozenset({op.name}), remarks=[], histograms=[], warnings=[])
    trial = step.pass_.run(graph, alone)
    return (constant_bytes(graph) - constant_bytes(trial)) / op_bytes if op_bytes else 0.0


def _out_of_order(step: Step, fact: str) -> RecipeError:
    makers = sorted(word for word, cls in PASSES.items() if fact in cls.establishes)
    hint = f"put {' or '.join(makers)} before it" if makers else ""
    return RecipeError(f"{step.place}: {step.pass_.word} needs a graph that is {fact}", hint=hint)
