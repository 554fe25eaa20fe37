"""Brings stored facts into step with the LMS: one learner, one run, all learners of a run."""
