"""Lists of a run for staff: learners, counts, and CSV files."""
