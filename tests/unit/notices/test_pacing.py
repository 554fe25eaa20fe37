"""Mails are sent no faster than the operator allows."""

from __future__ import annotations

from certificates.notices.pacing import SENDERS, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


def test_the_senders_together_keep_the_rate() -> None:
    clock = Clock()
    pace = Pace(10, clock, clock.sleep)
    for _ in range(5):
        pace.wait()
    assert SENDERS == 2
    assert clock.slept == [0.2, 0.2, 0.2, 0.2]


def test_the_time_for_sending_a_mail_is_part_of_the_pause() -> None:
    clock = Clock()
    pace = Pace(1, clock, clock.sleep)
    pace.wait()
    clock.now += 1.5
    pace.wait()
    clock.now += 7
    pace.wait()
    assert clock.slept == [0.5]
