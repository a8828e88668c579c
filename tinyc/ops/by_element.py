"""What operators have in common that work element by element."""

from __future__ import annotations

from tinyc.ir.graph import Operator, RowWindow


class ByElement(Operator):
    """An element of y depends on the elements at its place alone: on memory of any layout, and on any rows."""

    @property
    def rows(self) -> RowWindow:
        return RowWindow.of_elements(self)

    @property
    def follows_layout(self) -> bool:
        return True
