"""What staff read about a run: learners, counts, and CSV files."""
