"""Forget a learner: who it was is removed from records, documents and files, and nothing brings it back."""
