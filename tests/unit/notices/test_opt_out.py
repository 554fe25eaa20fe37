"""The signed address where a learner turns mails off."""

from __future__ import annotations

import re

import pytest

from certificates.notices.opt_out import learner_of, opt_out_token

SECRET = b"a secret of the deployment"


@pytest.mark.parametrize("user_id", ["7", "41", "a-user/with:signs", "ユーザー", "x" * 200])
def test_the_learner_can_be_read_from_a_token(user_id: str) -> None:
    token = opt_out_token(user_id, SECRET)
    assert learner_of(token, SECRET) == user_id
    assert re.fullmatch(r"[A-Za-z0-9_-]+\.[0-9a-f]{32}", token)


@pytest.mark.parametrize(
    "token", ["", ".", "Nw", "Nw.", ".0123", "7.0123456789abcdef0123456789abcdef", "Nw.é", "====.x", "Nw.0.0"]
)
def test_a_token_without_a_valid_signature_is_refused(token: str) -> None:
    assert learner_of(token, SECRET) is None


def test_a_token_of_another_learner_or_deployment_is_refused() -> None:
    mine, theirs = opt_out_token("7", SECRET), opt_out_token("8", SECRET)
    forged = f"{theirs.partition('.')[0]}.{mine.partition('.')[2]}"
    assert learner_of(forged, SECRET) is None
    assert learner_of(mine, b"another secret") is None


def test_the_id_of_a_certificate_is_no_token() -> None:
    assert opt_out_token("7", SECRET) != opt_out_token("7", b"other")
