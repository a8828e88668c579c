"""Offsets by branch and bound: the least arena, and the proof of it, for plans with few buffers.

For each pair of buffers that live at one time, one lies above the other, or just at a distance that their kernel
allows. The search decides pair after pair; lowest and highest offsets follow, as start times do in disjunctive
scheduling (Carlier and Pinson, An algorithm for solving the job-shop problem, 1989).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tinyc.kernels.overlap import STEP_BYTES
from tinyc.lower.offsets.first_fit import Plan
from tinyc.lower.offsets.separation import Overlaps, Pair, pairs, round_up
from tinyc.lower.program import Buffer

Way: TypeAlias = tuple[int, int]
"""Least and greatest distance of two offsets."""

Group: TypeAlias = Sequence[tuple[int, int]]
"""Buffers that live at one moment, and the bytes that each shares with none of the others."""

_FAR = 1 << 40


@dataclass(slots=True)
class _Node:
    """Lowest and highest offset of each buffer; for each pair the ways that are left, as bits."""

    low: list[int]
    high: list[int]
    left: bytearray

    def copy(self) -> _Node:
        return _Node(self.low.copy(), self.high.copy(), self.left.copy())


@dataclass(slots=True)
class BranchAndBound:
    """A search among all plans. `nodes`: how many decisions may still be made."""

    buffers: Sequence[Buffer]
    pairs: list[Pair]
    ways: list[tuple[Way, ...]]
    touching: list[list[int]]
    groups: list[Group]
    nodes: int

    @staticmethod
    def of(buffers: Sequence[Buffer], overlaps: Overlaps, nodes: int) -> BranchAndBound:
        found = pairs(buffers, overlaps)
        touching: list[list[int]] = [[] for _ in buffers]
        for number, pair in enumerate(found):
            touching[pair.first].append(number)
            touching[pair.second].append(number)
        groups = _groups(buffers, overlaps)
        return BranchAndBound(buffers, found, [_ways(pair) for pair in found], touching, groups, nodes)

    def improved(self, plan: Plan, bound: int) -> tuple[Plan, bool]:
        """The best plan that was found, and whether it is proven that none is smaller: it meets the bound, or the
        search came to its end.
        """
        while plan.arena_bytes > bound:
            offsets = self._within(plan.arena_bytes - STEP_BYTES)
            if offsets is None:
                return plan, self.nodes > 0
            size = max(offset + buffer.bytes for offset, buffer in zip(offsets, self.buffers, strict=True))
            plan = Plan(tuple(offsets), round_up(size, STEP_BYTES))
        return plan, True

    def _within(self, arena_bytes: int) -> list[int] | None:
        """Offsets of a plan of at most so many bytes; None if there is none, or no nodes are left."""
        high = [(arena_bytes - buffer.bytes) // buffer.align * buffer.align for buffer in self.buffers]
        start = _Node([0] * len(high), high, bytearray((1 << len(ways)) - 1 for ways in self.ways))
        if min(high) < 0 or not self._narrowed(start, range(len(self.pairs))):
            return None
        waiting = [iter([start])]
        while waiting:
            node = next(waiting[-1], None)
            if node is None:
                waiting.pop()
            elif (urgent := self._most_urgent(node)) is None:
                return node.low
            else:
                waiting.append(self._branches(node, urgent))
        return None

    def _branches(self, node: _Node, number: int) -> Iterator[_Node]:
        """The node with the pair decided in each way, the one that leaves most room first."""
        first, second = self.pairs[number].first, self.pairs[number].second
        least, most = node.low[second] - node.high[first], node.high[second] - node.low[first]
        rooms = [(min(most, high) - max(least, low), bit) for bit, (low, high) in enumerate(self.ways[number])]
        for _, bit in sorted(rooms, reverse=True):
            if not node.left[number] >> bit & 1:
                continue
            self.nodes -= 1
            if self.nodes <= 0:
                return
            branch = node.copy()
            branch.left[number] = 1 << bit
            if self._narrowed(branch, [number]):
                yield branch

    def _most_urgent(self, node: _Node) -> int | None:
        """Of the pairs that forbid the lowest offsets, the one with least room for any way; None if there is none."""
        low, high = node.low, node.high
        best, least_room = None, _FAR
        for number, pair in enumerate(self.pairs):
            one, two = pair.first, pair.second
            if not pair.allows(low[one], low[two]):
                room = high[two] - low[one] + high[one] - low[two] - pair.up - pair.down
                if room < least_room:
                    best, least_room = number, room
        return best

    def _narrowed(self, node: _Node, numbers: Iterable[int]) -> bool:
        """Draws all conclusions from these pairs; False if some buffer has no place left."""
        waiting = dict.fromkeys(numbers)
        while waiting:
            number = next(iter(waiting))
            del waiting[number]
            changed = self._concluded(node, number)
            if changed is None:
                return False
            for index in changed:
                waiting.update(dict.fromkeys(self.touching[index]))
        return all(self._has_room(node, group) for group in self.groups)

    def _concluded(self, node: _Node, number: int) -> list[int] | None:
        """Strikes out the ways that are impossible; if one is left, offsets follow. Buffers whose range has changed;
        None if nothing is possible.
        """
        pair, ways, left = self.pairs[number], self.ways[number], node.left[number]
        one, two = pair.first, pair.second
        least, most = node.low[two] - node.high[one], node.high[two] - node.low[one]
        for bit, (low, high) in enumerate(ways):
            if left >> bit & 1 and (low > most or high < least):
                left ^= 1 << bit
        node.left[number] = left
        if left == 0:
            return None
        if left & (left - 1):
            return []
        low, high = ways[left.bit_length() - 1]
        changed = []
        if self._restrict(node, two, node.low[one] + low, node.high[one] + high):
            changed.append(two)
        if self._restrict(node, one, node.low[two] - high, node.high[two] - low):
            changed.append(one)
        return None if node.low[one] > node.high[one] or node.low[two] > node.high[two] else changed

    def _restrict(self, node: _Node, index: int, low: int, high: int) -> bool:
        """Whether the buffer's range became smaller."""
        align = self.buffers[index].align
        smaller = False
        if low > node.low[index]:
            node.low[index] = -(-low // align) * align
            smaller = True
        if high < node.high[index]:
            node.high[index] = high // align * align
            smaller = True
        return smaller

    def _has_room(self, node: _Node, group: Group) -> bool:
        """Whether those that live at one moment have room wherever several of them must share a range."""
        low, high, buffers = node.low, node.high, self.buffers
        ends = sorted((high[index] + buffers[index].bytes, low[index], own) for index, own in group)
        for start in {begin for _, begin, _ in ends}:
            taken = start
            for end, begin, own in ends:
                if begin >= start:
                    taken += own
                    if taken > end:
                        return False
        return True


def _ways(pair: Pair) -> tuple[Way, ...]:
    return ((pair.up, _FAR), (-_FAR, -pair.down), *((distance, distance) for distance in pair.exact))


def _groups(buffers: Sequence[Buffer], overlaps: Overlaps) -> list[Group]:
    """The buffers of each moment at which one begins, if there are more than two."""
    moments = sorted({buffer.first for buffer in buffers})
    found = [[i for i, b in enumerate(buffers) if b.first <= moment <= b.last] for moment in moments]
    return [_own_bytes(group, buffers, overlaps) for group in found if len(group) > 2]


def _own_bytes(group: Sequence[int], buffers: Sequence[Buffer], overlaps: Overlaps) -> Group:
    own = {index: buffers[index].bytes for index in group}
    for (source, target), overlap in overlaps.items():
        if source in own and target in own:
            sizes = (round_up(buffers[index].bytes, STEP_BYTES) for index in (source, target))
            own[target] = max(0, own[target] - overlap.shared(*sizes))
    return list(own.items())
