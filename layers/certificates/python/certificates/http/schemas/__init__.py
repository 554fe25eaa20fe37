"""The schemas of bodies, answers and events. Only these modules need pydantic, and most requests need none."""
