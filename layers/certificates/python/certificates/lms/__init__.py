"""What the LMS tells us, as files and as events: pure, standard library only."""
