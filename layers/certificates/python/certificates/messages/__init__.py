"""The messages between functions, queues and schedules: their kinds, and how a function handles those of a queue."""
