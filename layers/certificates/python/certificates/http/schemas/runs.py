"""Answers about a run: its settings, staff and design."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field
from pydantic.dataclasses import dataclass as schema_of_dataclass

from certificates.http.schemas.bodies import DesignFields
from certificates.rules.settings import RunSettings


@schema_of_dataclass(frozen=True, kw_only=True)
class CourseRunAnswer(RunSettings):
    """The stored settings. The ETag names their version.

    The answer to a PUT has `warnings` about accepted settings that look like mistakes.
    """

    course_id: str
    warnings: Annotated[tuple[str, ...], Field()] = ()


class CourseRuns(BaseModel):
    items: list[CourseRunAnswer]
    next_cursor: str | None


class StaffAnswer(BaseModel):
    usernames: list[str]


class DesignAnswer(DesignFields):
    """`state` is `ready` when certificates can be made of the design. `digest` identifies the design.

    The answer to a PUT has `warnings`: likely faults in your own template, by file and line.
    """

    state: Literal["ready", "inactive"]
    digest: str
    warnings: tuple[str, ...] = ()
