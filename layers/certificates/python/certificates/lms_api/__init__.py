"""What the product asks of an Open edX LMS over HTTP: sign-in, people, enrollments, grades, course runs."""
