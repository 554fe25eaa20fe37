"""Yes-or-no questions about the facts. Each question is defined once, here."""

from __future__ import annotations

from zlib import crc32

from certificates.rules.model import AUDIT, IDENTITY_EXEMPT_MODES, CourseRun, Facts, Site, Status


def is_forgotten(facts: Facts) -> bool:
    return facts.learner.forgotten


def is_invalidated(facts: Facts) -> bool:
    return facts.invalidation is not None and facts.invalidation.active


def is_enrolled_ever(facts: Facts) -> bool:
    return facts.enrollment is not None and facts.enrollment.enrolled_ever


def is_enrolled_actively(facts: Facts) -> bool:
    return facts.enrollment is not None and facts.enrollment.enrolled_ever and facts.enrollment.active


def carries_certificate(mode: str | None, facts: Facts) -> bool:
    """Whether a mode carries a certificate in this run: audit never does, others if both run and site allow them."""
    return (
        mode is not None
        and mode != AUDIT
        and mode in facts.run.eligible_modes
        and mode not in facts.site.modes_without_certificate
    )


def is_mode_eligible(facts: Facts) -> bool:
    return facts.enrollment is not None and carries_certificate(facts.enrollment.mode, facts)


def is_excepted(facts: Facts) -> bool:
    return facts.exception is not None


def is_regular_learner(facts: Facts) -> bool:
    return not facts.run.derived and not (facts.enrollment is not None and facts.enrollment.beta_tester)


def is_passing(facts: Facts) -> bool:
    return facts.enrollment is not None and facts.enrollment.is_passing(facts.run.passing_grade)


def contradicts_threshold(facts: Facts) -> bool:
    """The LMS's verdict decides, and differs from the result of the run's passing grade."""
    return facts.enrollment is not None and facts.enrollment.contradicts(facts.run.passing_grade)


def has_earned(facts: Facts) -> bool:
    return is_passing(facts) or is_excepted(facts)


def needs_identity(run: CourseRun, mode: str | None, site: Site) -> bool:
    """The site, or the run's own setting, demands an identity check, and the mode needs one."""
    demanded = site.identity_required if run.identity_required is None else run.identity_required
    return demanded and mode is not None and mode not in IDENTITY_EXEMPT_MODES


def is_identity_missing(facts: Facts) -> bool:
    """An identity check is needed, and the learner has none that is valid now."""
    mode = facts.enrollment.mode if facts.enrollment is not None else None
    return needs_identity(facts.run, mode, facts.site) and not facts.learner.is_identity_verified(facts.now)


def was_issued(facts: Facts | None) -> bool:
    """Whether an issued certificate is stored, valid or not. Then the LMS is not asked for its own."""
    return facts is not None and facts.certificate is not None and facts.certificate.issued_on is not None


def is_imported(facts: Facts) -> bool:
    """The learner has a certificate that the LMS issued itself."""
    return is_downloadable(facts) and facts.certificate is not None and facts.certificate.imported_at is not None


def carries_username(facts: Facts) -> bool:
    """The certificate has the username in place of a name."""
    certificate = facts.certificate
    if certificate is None or not is_downloadable(facts):
        return False
    if certificate.name_missing is None:
        return certificate.name == facts.learner.username != ""
    return certificate.name_missing


def has_failed_to_fit(facts: Facts) -> bool:
    """An earlier attempt found that this name does not fit the run's present design, even in the smallest size."""
    last = facts.last_attempt
    return last is not None and last.printed != "" and last.printed == print_of(facts)


def is_name_printable(facts: Facts) -> bool:
    return not facts.unprintable and not facts.too_long and not has_failed_to_fit(facts)


def print_of(facts: Facts) -> str:
    """An id of a print: the same for the same design and name. The id does not reveal either."""
    return f"{crc32(f'{facts.run.design_digest}/{facts.learner.printed_name}'.encode()):08x}"


def has_status(facts: Facts, status: Status) -> bool:
    return facts.certificate is not None and facts.certificate.status is status


def is_downloadable(facts: Facts) -> bool:
    return has_status(facts, Status.DOWNLOADABLE)
