"""From a design and a learner's fields to a PDF; without AWS and the rest of the package."""
