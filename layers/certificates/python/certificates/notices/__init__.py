"""Sends changes of certificates to people and systems: the changes, the receivers, and the ways."""
