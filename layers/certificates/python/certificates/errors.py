"""Failures that a caller can act on.

Refusal                      has a `reason` (stable, kebab-case), a message, and values for the caller
├── BadRequest               the request itself is wrong: body, field, file, cursor
│   └── DesignFailed         the design cannot be laid out: its faults, by file and line
├── NotSignedIn              the token is missing or invalid
├── NotAllowed               the caller is signed in and has no right to this
├── NotFound                 the named object does not exist
├── Gone                     the certificate existed and is no longer rendered
├── Conflict                 the present state does not allow the request
│   ├── Busy                 others are changing the same data now: nothing was decided, try again
│   ├── NotPrintable         the certificate cannot be printed with this name: every try has this result
│   └── Ambiguous            several learners have this username or e-mail: nobody is chosen
├── TooLarge                 the request or the file is larger than the limit
├── Overloaded               AWS accepts no more calls now: Throttled, for a caller over HTTP
├── InternalError            an error of the product, for a caller over HTTP
├── LmsUnavailable           the LMS does not answer, or asks to wait: nothing was decided, try again
├── PreconditionFailed       somebody else made a change first
└── PreconditionRequired     a change of existing data must name the version that it is based on
Throttled                    AWS accepts no more calls now, even after pauses: the same call succeeds later
└── MailNotSetUp             SES accepts no mail of this stack until an operator corrects the setup
Raced                        a conditional write lost: the verb gathers and decides again. No caller gets it.
TurnedAway                   AWS accepted a call, and refused a part of it with an error code
MissingSetting               the function's environment lacks a setting
MailRefused                  SES does not accept this mail, now or later: staff see it in a list
InDoubt                      another delivery has begun with this mail, and it is not known yet whether it was sent
UnknownVersion               a newer release wrote this message or item; it is kept for a release that reads it
NotRemoved                   documents still exist; `document_removal` or the sweep removes them later
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from certificates.rules.flaws import Flaw, FlawId, flaw

if TYPE_CHECKING:
    from certificates.rendering.flaws import DesignFlaw


class Refusal(Exception):
    """A request that was understood and refused. `reason` is the stable cause, `values` help the caller to act.

    `message` is a sentence, or the flaw that a rule found. `staff_sentences.sentence_of` makes sentences of flaws.
    """

    def __init__(self, reason: str, message: str | Flaw, **values: object) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.values = values


class BadRequest(Refusal):
    pass


class DesignFailed(BadRequest):
    """The design cannot be laid out, or its template cannot be read (`bad-template`). The message is English; `flaws`
    are for every language."""

    def __init__(self, message: str, flaws: Sequence[DesignFlaw], *, reason: str = "design-failed") -> None:
        super().__init__(reason, message)
        self.flaws = tuple(flaws)


class NotSignedIn(Refusal):
    pass


class NotAllowed(Refusal):
    pass


class NotFound(Refusal):
    pass


class Gone(Refusal):
    pass


class Conflict(Refusal):
    pass


class Busy(Conflict):
    """Others are changing the same data right now. Nothing was decided, and no answer is kept: try again."""

    def __init__(self, message: str) -> None:
        super().__init__("busy", message)


AMBIGUOUS_LEARNER = "ambiguous-learner"


class Ambiguous(Conflict):
    """One identifier belongs to several learners. `learners` are their ids and usernames."""

    def __init__(self, learners: Sequence[tuple[str, str]]) -> None:
        named = [{"user_id": user_id, "username": username} for user_id, username in learners]
        super().__init__(AMBIGUOUS_LEARNER, several_learners(learners), learners=named)


def several_learners(learners: Sequence[tuple[str, str]]) -> Flaw:
    """`learners` are ids and usernames."""
    shown = tuple(f"{username} (id {user_id})" for user_id, username in learners)
    return flaw(FlawId.NAMES_SEVERAL_LEARNERS, learners=shown)


class NotPrintable(Conflict):
    """The layout found that this name cannot be printed on this design. Another try has the same result."""

    def __init__(self, why: str) -> None:
        super().__init__("name-not-printable", f"The certificate cannot be printed with this name: {why}.")


class TooLarge(Refusal):
    pass


class Overloaded(Refusal):
    """Too many calls arrive at this moment. Nothing was decided, and no answer is kept: try again."""

    def __init__(self) -> None:
        super().__init__("throttled", "Too many people are here at this moment. Nothing has changed. Try again.")


class InternalError(Refusal):
    """An error of the product. `reference` is the `correlation_id` of the lines in the logs."""

    def __init__(self, reference: str) -> None:
        message = (
            "An error of this product. It is not certain whether this was done. "
            "The operator finds the error by the reference."
        )
        super().__init__("internal-error", message, reference=reference)


class LmsUnavailable(Refusal):
    """The LMS could not be read, so nothing was decided: no certificate is issued on old facts.

    `retry_after` is in seconds. `busy`: the LMS answers, and asks to wait.
    """

    def __init__(self, message: str, retry_after: int, *, busy: bool = False) -> None:
        super().__init__("lms-unavailable", f"{message} Nothing has changed. Try again.", retry_after=retry_after)
        self.retry_after = retry_after
        self.busy = busy


class PreconditionFailed(Refusal):
    pass


class PreconditionRequired(Refusal):
    pass


class Throttled(Exception):
    """AWS throttled a call again and again. The call changed nothing: try again later.

    Throttling is never the fault of the learner or the file of the call.
    """


class MailNotSetUp(Throttled):
    """SES accepts no mail of this stack until an operator corrects the setup.

    `code` and `explanation` are as in MailRefused.
    """

    def __init__(self, code: str, explanation: str) -> None:
        super().__init__(f"sesv2.SendEmail: {code}")
        self.code = code
        self.explanation = explanation


class Raced(Exception):
    """A write found another revision than the read before it."""


class TurnedAway(ConnectionError):
    """AWS refused what a call sent, even after pauses: everything is sent again later. `code` is AWS's word, which logs
    show."""

    def __init__(self, what: str, code: str) -> None:
        super().__init__(f"{what}: {code}")
        self.code = code


class MissingSetting(KeyError):
    """`code` is the name of the setting, which logs show."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.code = name


class MailRefused(Exception):
    """SES does not accept this mail. `code` is SES's word. `explanation` is for staff.

    The explanation may contain addresses, so it is not part of the error's message: logs show the message.
    """

    def __init__(self, code: str, explanation: str) -> None:
        super().__init__(code)
        self.code = code
        self.explanation = explanation


class InDoubt(Exception):
    """Another delivery has begun with this mail. After `seconds` it is known whether SES has accepted it."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"in doubt for {seconds} seconds")
        self.seconds = seconds


class UnknownVersion(Exception):
    """A message or an item has a version or form that this release cannot read."""


class VersionGone(Exception):
    """This version of an object was removed after it was listed."""


class NotRemoved(Exception):
    """The bucket did not remove `documents` (keys), or gave no answer. `why` is the error code, or the kind of
    failure."""

    def __init__(self, documents: Sequence[str], why: str) -> None:
        super().__init__(f"{len(documents)} documents were not removed, the first {documents[0]}: {why}")
        self.documents = tuple(documents)
        self.why = why
