"""What is recorded, brought into step with the LMS: one learner, one run, a whole run of learners."""
