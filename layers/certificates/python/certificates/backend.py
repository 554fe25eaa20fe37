"""Everything that several rooms act on, made once. A store that one room uses stays with that room."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from certificates.aws.certificate_store import CertificateStore
    from certificates.aws.credentials import Credentials
    from certificates.aws.documents import Documents
    from certificates.aws.job_results import JobResults
    from certificates.aws.job_store import JobStore
    from certificates.aws.learner_store import LearnerStore
    from certificates.aws.listing_store import ListingStore
    from certificates.aws.queues import JobQueue
    from certificates.aws.renderer import Renderer
    from certificates.aws.report_writer import ReportWriter
    from certificates.aws.run_store import RunStore
    from certificates.aws.schedules import Schedules
    from certificates.aws.upload_store import UploadStore
    from certificates.lms_api.connection import LmsConnection
    from certificates.reconciliation.means import Reconciling
    from certificates.rules.model import Facts, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """`secret` makes the verify_uuids of this deployment. Anyone may check a certificate at `base_url`.

    `lms` and `reconciling` are None if the operator named no LMS. With `gives_credentials`, new certificates have a
    credential.
    """

    site: Site
    secret: bytes = field(repr=False)
    base_url: str
    certificates: CertificateStore
    learners: LearnerStore
    runs: RunStore
    listing: ListingStore
    documents: Documents
    renderer: Renderer
    credentials: Credentials
    gives_credentials: bool
    report_writer: ReportWriter
    uploads: UploadStore
    jobs: JobStore
    job_queue: JobQueue
    job_results: JobResults
    schedules: Schedules
    lms: LmsConnection | None = None
    reconciling: Reconciling | None = None

    @property
    def has_lasting_address(self) -> bool:
        """Whether certificates print an address that outlives the stack. API Gateway's own address ends with the
        stack."""
        return ".execute-api." not in self.base_url

    def deferred_to_lms(self, facts: Facts) -> bool:
        """Have the learner read from the LMS if the LMS may have a certificate of its own for this learner.

        True: nothing may be decided now. The reading decides.
        """
        if not self.must_ask_lms_first(facts):
            return False
        self.ask_lms_first(facts)
        return True

    def withdrawal_deferred_to_lms(self, facts: Facts) -> bool:
        """The same for a learner who fails and has a certificate that the LMS issued itself."""
        return self.reconciling is not None and self.reconciling.asks_whether_kept(facts)

    def must_ask_lms_first(self, facts: Facts) -> bool:
        return self.reconciling is not None and self.reconciling.must_ask_first(facts)

    def ask_lms_first(self, facts: Facts) -> None:
        if self.reconciling is not None:
            self.reconciling.ask_first(facts)

    def page_link(self, verify_uuid: str) -> str:
        return f"{self.base_url}/certificates/{verify_uuid}"

    def pdf_link(self, verify_uuid: str) -> str:
        return f"{self.page_link(verify_uuid)}/pdf"
