"""What makes the start of a function's process short."""
