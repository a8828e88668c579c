"""Sizes around the words of the integer kernels that take several elements at once: eight of a sum, four channels of an
average, 255 pixels before its halves are emptied.
"""

from tests.cases.case import Case, x


def _sum(op: str, count: int) -> Case:
    return Case(op, f"{count}_elements", (x(count), x(count, low=-1.0)), int8=True)


def _average(channels: int, height: int, width: int) -> Case:
    return Case("GlobalAveragePool", f"{channels}_of_{height}x{width}", (x(1, channels, height, width),), int8=True)


CASES = [
    *(_sum("Add", count) for count in (1, 7, 8, 9, 16, 17, 33)),
    _sum("Sub", 31),
    Case("Add", "unequal_ranges", (x(1, 5, 4, 3, low=-100.0, high=100.0), x(1, 5, 4, 3, low=0.0, high=0.1)), int8=True),
    *(_average(channels, 3, 5) for channels in (3, 4, 5, 8, 17)),
    _average(4, 1, 255),
    _average(5, 16, 16),
    Case("GlobalAveragePool", "high_values", (x(2, 4, 20, 21, low=2.9, high=3.0),), int8=True),
]
