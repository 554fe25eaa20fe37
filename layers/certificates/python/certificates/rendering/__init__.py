"""From a design and a learner's fields to a PDF; knows neither cloud nor the rest of the package."""
