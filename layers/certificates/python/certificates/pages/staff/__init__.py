"""The pages of course staff: their runs, and the certificates of a run in tabs."""
