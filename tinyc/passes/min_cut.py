"""The smallest cut of a network: two sides whose connections cost least."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import TypeAlias

Node: TypeAlias = Hashable


def _empty() -> defaultdict[Node, dict[Node, float]]:
    return defaultdict(dict)


@dataclass(slots=True)
class Network:
    """Nodes and what it costs if one is on the first side and the other on the second."""

    room: defaultdict[Node, dict[Node, float]] = field(default_factory=_empty)

    def connect(self, first: Node, second: Node, cost: float) -> None:
        """`cost`, not negative, where `first` is on the first side and `second` on the second."""
        if cost > 0 and first != second:
            self.room[first][second] = self.room[first].get(second, 0.0) + cost
            self.room[second].setdefault(first, 0.0)

    def first_side(self, source: Node, sink: Node) -> frozenset[Node]:
        """The fewest nodes on the side of `source` of a cut that costs least (Edmonds and Karp, 1972)."""
        while True:
            before = self._reached(source)
            if sink not in before:
                return frozenset(before)
            self._push(before, source, sink)

    def _reached(self, source: Node) -> Mapping[Node, Node]:
        """What has a way from `source` with room left: each with the node before it, by the shortest way."""
        before: dict[Node, Node] = {source: source}
        waiting = deque([source])
        while waiting:
            node = waiting.popleft()
            for other, left in self.room[node].items():
                if left > 0 and other not in before:
                    before[other] = node
                    waiting.append(other)
        return before

    def _push(self, before: Mapping[Node, Node], source: Node, sink: Node) -> None:
        """Takes up all room of one way."""
        way, node = [], sink
        while node != source:
            way.append((before[node], node))
            node = before[node]
        amount = min(self.room[first][second] for first, second in way)
        assert amount < inf, "the network has no cut that is allowed"
        for first, second in way:
            self.room[first][second] -= amount
            self.room[second][first] += amount


__all__ = ["Network"]
