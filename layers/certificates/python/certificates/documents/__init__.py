"""Rendered certificates in the bucket that no certificate names: removed at once, later, or by the sweep."""
