"""All schemas of bodies and answers, by name: for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, RootModel

from certificates.http.schemas.bodies import BODIES
from certificates.http.schemas.certificates import (
    CertificateAnswer,
    CertificateStatus,
    Credential,
    CredentialChecks,
    IssuerDocument,
    MyCertificates,
    PublicCertificate,
)
from certificates.http.schemas.jobs import JobAnswer, Jobs, ReconciliationAnswer, Reconciliations
from certificates.http.schemas.learners import (
    CertificateCounts,
    Differences,
    ExceptionAnswer,
    Exceptions,
    ForgottenLearner,
    History,
    InvalidationAnswer,
    Invalidations,
    RevalidationAnswer,
    RunLearners,
)
from certificates.http.schemas.notices import (
    MailPreview,
    MailRetries,
    Mails,
    TestMail,
    WebhookAnswer,
    WebhookDeliveries,
    WebhookDelivery,
    Webhooks,
    WebhookWithSecret,
)
from certificates.http.schemas.runs import CourseRunAnswer, CourseRuns, DesignAnswer, StaffAnswer
from certificates.http.schemas.uploads import (
    ExceptionUploadResult,
    ExceptionUploads,
    TakenBack,
    UploadForm,
    UploadResult,
    Uploads,
)


class Health(BaseModel):
    status: Literal["ok"]


class OpenApiDocument(BaseModel):
    """This document, by OpenAPI's own specification."""

    model_config = ConfigDict(extra="allow")

    openapi: str


class Picture(RootModel[str]):
    """A file that is no text."""


class AsyncApiDocument(RootModel[str]):
    """A text, by AsyncAPI's own specification."""


SCHEMAS: dict[str, type[Any]] = BODIES | {
    model.__name__: model
    for model in (
        JobAnswer,
        Jobs,
        TestMail,
        MailPreview,
        Mails,
        MailRetries,
        CertificateAnswer,
        CertificateStatus,
        MyCertificates,
        PublicCertificate,
        Credential,
        IssuerDocument,
        CredentialChecks,
        CourseRunAnswer,
        CourseRuns,
        DesignAnswer,
        UploadForm,
        UploadResult,
        Uploads,
        ExceptionUploads,
        TakenBack,
        ReconciliationAnswer,
        Reconciliations,
        Differences,
        ExceptionUploadResult,
        ExceptionAnswer,
        Exceptions,
        InvalidationAnswer,
        Invalidations,
        RevalidationAnswer,
        RunLearners,
        CertificateCounts,
        History,
        StaffAnswer,
        WebhookWithSecret,
        WebhookAnswer,
        Webhooks,
        WebhookDelivery,
        WebhookDeliveries,
        ForgottenLearner,
        Health,
        OpenApiDocument,
        Picture,
        AsyncApiDocument,
    )
}
