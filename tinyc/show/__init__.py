"""What the commands print for people."""

from tinyc.show.benched import benched
from tinyc.show.built import made, ran
from tinyc.show.compared import compared
from tinyc.show.inspected import explained_op, inspected
from tinyc.show.profiled import profiled
from tinyc.show.scored import evaluated
from tinyc.show.sensitive import sensitive
from tinyc.show.tables import show, table
from tinyc.show.topics import boards, listed
from tinyc.show.verified import verified

__all__ = [
    "benched",
    "boards",
    "compared",
    "evaluated",
    "explained_op",
    "inspected",
    "listed",
    "made",
    "profiled",
    "ran",
    "sensitive",
    "show",
    "table",
    "verified",
]
