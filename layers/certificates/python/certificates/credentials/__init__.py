"""Credentials after they are issued: published, checked, revoked; and the keys that sign them."""
