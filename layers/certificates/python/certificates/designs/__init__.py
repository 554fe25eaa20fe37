"""Designs of certificates: the design of a run, templates of a customer, and what the rendering function does."""
