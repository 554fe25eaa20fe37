"""Secrets that the operator keeps in Secrets Manager."""

from __future__ import annotations

from certificates.aws import clients


def secret_text(arn: str) -> str:
    """The secret as it is stored now."""
    return str(clients.secrets().get_secret_value(SecretId=arn)["SecretString"])
