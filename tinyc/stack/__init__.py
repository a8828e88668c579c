"""How much stack each public function of an image can take: frames and calls, read from its machine code."""

from tinyc.stack.analyse import HARNESS, stack_bounds
from tinyc.stack.bound import Bound, Step
from tinyc.stack.use import StackUse, stack_use

__all__ = ["HARNESS", "Bound", "StackUse", "Step", "stack_bounds", "stack_use"]
