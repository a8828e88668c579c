"""From names of inputs and outputs to where they lie in memory, with every mistake found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinyc.errors import OptionError, did_you_mean
from tinyc.ir.edge_memory import EdgeMemory
from tinyc.ir.graph import Graph

ALL = "all"
"""Stands for every name that an option could take."""


def edge_memory(
    graph: Graph,
    bind_inputs: Sequence[str] = (),
    consume_inputs: Sequence[str] = (),
    keep_inputs: Sequence[str] = (),
    bind_outputs: Sequence[str] = (),
    push_rows: Sequence[str] = (),
) -> EdgeMemory:
    """Where inputs and outputs lie. OptionError for names that the model does not have, or that are asked to be two
    things at once.
    """
    bound = _names("--bind-input", bind_inputs, graph.fed)
    free = [name for name in graph.fed if name not in bound]
    consumed = _names("--consume-input", consume_inputs, graph.fed, _All(bound, "no input is bound"))
    kept = _names("--keep-input", keep_inputs, graph.fed, _All(free, "no input lies in the arena"))
    for name in consumed:
        if name not in bound:
            raise OptionError(
                f'--consume-input "{name}": the input lies in the arena, where it is written over anyway',
                hint=f"--bind-input {name} as well, or leave it out",
            )
    for name in kept:
        if name in bound:
            raise OptionError(f'--keep-input "{name}": what is bound is only read', hint="leave it out")
    pushed = _pushed(graph, push_rows, [*bound, *kept])
    outputs = frozenset(graph.given.index(name) for name in _names("--bind-output", bind_outputs, graph.given))
    return EdgeMemory(frozenset((*bound, *pushed)), frozenset(consumed), frozenset(kept), outputs, frozenset(pushed))


def _pushed(graph: Graph, words: Sequence[str], others: Sequence[str]) -> list[str]:
    """The input whose rows are pushed; none if no word asks for it."""
    names = list(dict.fromkeys(_names("--push-rows", words, graph.fed)))
    if len(names) > 1:
        raise OptionError(f"--push-rows: one input can be pushed, not {len(names)}", hint=f"--push-rows {names[0]}")
    for name in names:
        if name in others:
            raise OptionError(f'--push-rows "{name}": it is bound or kept as well', hint="leave the other option out")
    return names


@dataclass(frozen=True, slots=True)
class _All:
    """What "all" means of an option, and the reason if that is nothing."""

    names: Sequence[str]
    if_none: str


def _names(option: str, words: Sequence[str], known: Sequence[str], whole: _All | None = None) -> list[str]:
    """The names that an option's words mean; "all" is `whole`, or all that are known."""
    whole, found = whole or _All(known, "the model has none"), list[str]()
    for word in words:
        if word == ALL and ALL not in known:
            if not whole.names:
                raise OptionError(f"{option} {ALL}: {whole.if_none}", hint="leave it out")
            found += whole.names
        elif word in known:
            found.append(word)
        else:
            raise OptionError(f'{option} "{word}": the model has nothing of this name', hint=did_you_mean(word, known))
    return found
