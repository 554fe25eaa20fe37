"""Forget a learner: remove names and texts from items, documents and files, so that nothing brings them back."""
