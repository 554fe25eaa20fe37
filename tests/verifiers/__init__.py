"""Verifiers that share no code with the product, asked about its credentials: never shipped."""
