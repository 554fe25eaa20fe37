"""What functions, queues and schedules send to each other: their kinds, and how a function takes them from a queue."""
