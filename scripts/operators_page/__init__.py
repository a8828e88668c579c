"""Generator of docs/operators.md."""
