"""What is stored, brought into step with the LMS: one learner, one run, a whole run of learners."""
