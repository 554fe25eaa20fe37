"""What can go wrong in the local cloud, each with the sentence a developer needs."""

from __future__ import annotations


class CloudError(Exception):
    """The local cloud could not be started, or does not hold what the template says."""


class NotInTime(CloudError):
    pass


class PortTaken(CloudError):
    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken; stop what listens there, or choose another: make run PORT=...")
        self.port = port
