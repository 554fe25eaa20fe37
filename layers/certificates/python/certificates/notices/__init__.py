"""Tells people and systems of changes of certificates: what has changed, to whom it is told, and how."""
