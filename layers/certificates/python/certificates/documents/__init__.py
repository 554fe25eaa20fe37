"""Rendered certificates in the bucket that no record names: removed at once, later, or by the sweep."""
