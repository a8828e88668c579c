"""Declares which inputs of a graph are the states that its outputs leave behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tinyc.errors import ModelError, did_you_mean
from tinyc.ir.graph import Graph


def declare_states(graph: Graph, states: Mapping[str, str], outputs: Sequence[str] = ()) -> Graph:
    """The graph with `states`: input name to output name. `outputs` are the names under which the user knows the
    graph's outputs, if others.

    ModelError if a name is unknown, an output is named twice, or the two are not of one type.
    """
    if not states:
        return graph
    known = list(outputs or graph.outputs)
    places = [_place(graph, known, name, output) for name, output in states.items()]
    if twice := [place for place in places if places.count(place) > 1]:
        raise ModelError(f'state: output "{known[twice[0]]}" is named twice')
    draft = graph.draft()
    draft.states = list(zip(states, places, strict=True))
    return replace(draft.freeze(), notes=graph.notes)


def _place(graph: Graph, known: list[str], name: str, output: str) -> int:
    if name not in graph.inputs:
        raise ModelError(f'state {name}={output}: the model has no input "{name}"', hint=_choice(name, graph.inputs))
    if output not in known:
        raise ModelError(f'state {name}={output}: the model has no output "{output}"', hint=_choice(output, known))
    place = known.index(output)
    before, after = graph.types[name], graph.types[graph.outputs[place]]
    if before != after:
        raise ModelError(
            f'state {name}={output}: "{name}" is {before}, "{output}" is {after}',
            hint="a state comes out as it went in; --state INPUT=OUTPUT names the input first",
        )
    return place


def _choice(name: str, known: Sequence[str]) -> str:
    return did_you_mean(name, known)
