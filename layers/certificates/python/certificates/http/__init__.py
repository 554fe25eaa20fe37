"""The HTTP interface: one module a topic, each a table of operations that translate a request into one verb."""
