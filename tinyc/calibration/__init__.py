"""What sample data tells about a float graph: ranges of its values."""
