"""The process dies before and after every call during the sending of a mail: the learner still gets one mail."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from certificates.aws.mail_store import MailStore
from certificates.errors import InDoubt
from certificates.notices.change import CertificateChange, change_between
from certificates.notices.digest import tell_staff
from certificates.notices.outcomes import note_outcome
from certificates.notices.pacing import Pace
from certificates.notices.sending import tell_learner
from certificates.request import request_certificate
from certificates.runtime.mails import mailing_in_use
from tests import cheap_backend, jobs, killing, moto_cloud
from tests.cloud.mailbox import events_of
from tests.people import COURSE, enroll, make_run
from tests.ses import Ses, ses

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)
PACE = Pace(1_000_000)


@dataclass
class World:
    """`change`: a learner has just got a certificate. `job_id` is an ended job."""

    backend: Any
    postbox: Ses
    change: CertificateChange
    job_id: str

    @property
    def mailing(self) -> Any:
        return mailing_in_use()

    def until_settled(self, tell: Callable[[datetime], object]) -> None:
        """Deliver the message and SES's events until it is known whether the mail was sent."""
        now = LATER
        while True:
            try:
                tell(now)
            except InDoubt as doubt:
                for mail in self.postbox.mails:
                    for event in events_of(mail):
                        note_outcome(event["detail"], MailStore(), self.backend.certificates)
                now += timedelta(seconds=doubt.seconds)
            else:
                return


@moto_cloud.prepared
def issued(built: Any) -> tuple[CertificateChange, str]:
    backend = cheap_backend.cheap(built)
    make_run(backend, contact="team@fjord.example")
    enroll(backend, "7", "zoe", grade="0.9")
    held = request_certificate(COURSE, "zoe", backend=backend, now=NOW).certificate
    made = change_between(None, held, "learner-request", shown=True)
    assert made is not None
    return made, jobs.run(backend).job_id


@contextmanager
def world() -> Iterator[World]:
    sender = {"MAIL_FROM": "certificates@fjord.example"}
    with patch.dict(os.environ, sender), ses() as postbox, jobs.few_shards(1), issued() as (built, (change, job_id)):
        yield World(cheap_backend.cheap(built), postbox, change, job_id)


def mails() -> dict[str, str]:
    """The state of each stored mail."""
    return {sk: item["state"]["S"] for (_, sk), item in moto_cloud.items().items() if sk.startswith("MAIL#")}


def test_a_learner_gets_one_mail_whenever_the_process_dies() -> None:
    def act(world: World) -> None:
        world.until_settled(lambda now: tell_learner(world.change, world.mailing, PACE, now=now))

    def check(world: World) -> None:
        assert world.postbox.to == ["zoe@example.org"]
        assert mails() == {"MAIL#issued#000001": "sent"}

    assert killing.at_every_call(world, act, check) > 8


def test_staff_get_one_mail_about_a_job_whenever_the_process_dies() -> None:
    def act(world: World) -> None:
        world.until_settled(lambda now: tell_staff(COURSE, world.job_id, world.mailing, PACE, now=now))

    def check(world: World) -> None:
        assert world.postbox.to == ["team@fjord.example"]
        assert mails() == {f"MAIL#job#{world.job_id}": "sent"}

    assert killing.at_every_call(world, act, check) > 8


def test_a_refused_mail_is_listed_whenever_the_process_dies() -> None:
    """A refusal that was not stored leaves the mail in doubt. The next delivery is refused as well."""

    def act(world: World) -> None:
        world.postbox.answers[:] = [(400, "MessageRejected", "no")] * 3
        world.until_settled(lambda now: tell_learner(world.change, world.mailing, PACE, now=now))

    def check(world: World) -> None:
        assert world.postbox.mails == []
        assert [mail.reason for mail in MailStore().listed(COURSE, limit=5)] == ["MessageRejected"]

    assert killing.at_every_call(world, act, check) > 8


def test_ses_is_asked_once_even_if_it_answers_with_an_error_because_it_may_have_sent_the_mail() -> None:
    with world() as made:
        made.postbox.answers[:] = [(500, "InternalFailure", "Something went wrong.")]
        with pytest.raises(ConnectionError, match="InternalFailure"):
            tell_learner(made.change, made.mailing, PACE, now=LATER)
        assert made.postbox.mails == []
