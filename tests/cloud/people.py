"""The people on the sign-in page of the development issuer. Each is one case of the sample run."""

from __future__ import annotations

from dataclasses import dataclass

GLOBAL_STAFF = "admin"
COURSE_STAFF = "instructor"
LEARNER = "amara"

LEARNERS, STAFF, EVERYTHING = "Learner", "Course staff", "Global staff"


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    shows: str
    role: str = LEARNERS


PEOPLE = (
    Person(LEARNER, "Amara Obi", "Passes; may request a certificate"),
    Person("layla", "ليلى الحداد", "Passes with exactly 60%; a name from right to left"),
    Person("anjali_n", "അഞ്ജലി നായർ", "59%, where 60% is needed"),
    Person("noam", "נועם לוי", "Passes; identity not verified"),
    Person("audit_only", "Tom Baker", "Passes in a track without certificate"),
    Person("long_name", "Maximiliana Alexandra Theodora Konstantinopoulou-Wolfenschlegelhausen y Ruiz", "A long name"),
    Person(COURSE_STAFF, "Inês Okonjo", "Manages the certificates of Botany", STAFF),
    Person(GLOBAL_STAFF, "Tomás Brandt", "Manages every run", EVERYTHING),
)


def person(username: str) -> Person:
    """One of these people. Everybody else is a learner whose name is the username."""
    return next((known for known in PEOPLE if known.username == username), Person(username, username, ""))
