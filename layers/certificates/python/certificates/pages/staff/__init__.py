"""The pages of course staff: their runs, and the tabs of a run."""
