"""The HTTP interface: one module for each topic, each a table of operations that translate a request into one verb."""
