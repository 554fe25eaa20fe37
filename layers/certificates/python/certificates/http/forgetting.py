"""Global staff: forget a learner."""

from __future__ import annotations

from datetime import timedelta

from certificates import runtime
from certificates.forgetting.forget import start_forgetting
from certificates.http.answers import Answer, answer
from certificates.http.api import Api
from certificates.http.doors import global_staff
from certificates.http.requests import Request

api = Api()

WAITING = timedelta(seconds=10)
"""The longest that the caller waits. The rest is done without the caller, well before the gateway's time limit."""


@api.operation("DELETE", "/learners/{user_id}", answers={200: "ForgottenLearner"}, idempotent=True, door=global_staff)
def forget_learner(request: Request) -> Answer:
    """Remove name, username, e-mail, notes and documents of a learner. A repeated call has the same answer."""
    user_id = request.path["user_id"]
    forgotten_at = start_forgetting(
        user_id,
        by=request.caller.username,
        out_of_time=lambda: runtime.now() > request.now + WAITING,
        function=request.context.function_name,
        backend=request.backend,
        now=request.now,
    )
    return answer({"user_id": user_id, "forgotten_at": forgotten_at})
