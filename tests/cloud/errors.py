"""Errors of the local cloud. Each message tells a developer what to do."""

from __future__ import annotations


class CloudError(Exception):
    """The local cloud could not start, or lacks a part of the template."""


class NotInTime(CloudError):
    pass


class PortInUse(CloudError):
    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken; stop what listens there, or choose another: make run PORT=...")
        self.port = port
