"""Global staff over HTTP: forget a learner. The function invokes itself for the rest, and a daily repair calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certificates import runtime
from certificates.forgetting.forget import go_on_forgetting, repair_forgetting
from certificates.http import forgetting
from certificates.http.serving import lambda_handler as serve
from certificates.messages.function import lambda_function
from certificates.messages.work import LearnerToForget

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SPARE_MILLISECONDS = 15_000
"""More than the search in the largest file that can be uploaded needs."""

_answer = serve(forgetting.api)


@lambda_function
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    return _answer(event, context) if "routeKey" in event else _work(event, context)


def _work(event: dict[str, Any], context: LambdaContext) -> None:
    function = context.function_name
    if "forget" not in event:
        repair_forgetting(function=function)
        return
    late = runtime.out_of_time(context, SPARE_MILLISECONDS)
    asked, now = LearnerToForget.from_json(event), runtime.now()
    go_on_forgetting(asked, out_of_time=late, function=function, backend=runtime.backend(), now=now)
