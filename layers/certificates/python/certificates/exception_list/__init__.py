"""The exception list: entries added one by one or by file, and the decisions that follow."""
