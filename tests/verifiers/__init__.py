"""Verifiers that share no code with the product check its credentials: only for tests."""
