"""Calls to an Open edX LMS over HTTP: sign-in, people, enrollments, grades, course runs."""
