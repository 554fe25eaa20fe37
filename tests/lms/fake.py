"""Starts the LMS of the tests, and sets its data and behaviour. The LMS runs in its own Python environment."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
PYTHON = Path(os.environ.get("LMS_PYTHON", ROOT / ".venv-lms" / "bin" / "python"))
START_SECONDS = 300
KEY = "course-v1:Demo+C101+2026"
LOGIN_APPLICATION = ("certs-login", "the secret of the sign-in")
SERVICE_APPLICATION = ("certs-pull", "the secret of the service")
SERVICE = "certs_service"

MIRA = {
    "username": "mira",
    "id": 4711,
    "name": "Mira Okafor",
    "email": "mira@example.org",
    "last_login": "2026-11-27T18:03:11Z",
    "preferences": {"pref-lang": "es-419", "account_privacy": "private", "time_zone": "Europe/Madrid"},
}
DEMO = {
    "course_id": KEY,
    "name": "Tables & Trees",
    "org": "Demo",
    "start": "2026-02-01T00:00:00Z",
    "end": "2026-06-30T00:00:00Z",
    "modes": [
        {
            "slug": "verified",
            "name": "Verified",
            "min_price": 0,
            "suggested_prices": "",
            "currency": "usd",
            "expiration_datetime": None,
            "description": None,
            "sku": None,
            "bulk_sku": None,
        }
    ],
}
WORLD: dict[str, Any] = {
    "people": [
        MIRA,
        {"username": SERVICE, "id": 1, "email": "certs@example.org", "is_staff": True},
        {"username": "ines", "id": 12, "name": "Inés Prado", "email": "ines@example.org"},
        {"username": "root", "id": 2, "name": "Root", "email": "root@example.org", "is_staff": True},
    ],
    "runs": [DEMO],
    "enrollments": [{"username": "mira", "course_id": KEY}],
    "grades": [{"username": "mira", "course_id": KEY, "percent": 0.84, "letter": "Pass"}],
    "roles": [
        {"username": "ines", "org": "Demo", "role": "instructor", "course_id": KEY},
        {"username": "ines", "org": "Demo", "role": "staff"},
    ],
}
"""The world of the recorded answers: one learner, one run, an instructor, a service user."""


@dataclass
class FakeLms:
    """An LMS that runs on loopback."""

    url: str
    callback: str = "https://certificates.example/signed-in"
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60, follow_redirects=False))

    def tell(self, **told: Any) -> dict[str, Any]:
        """Set the LMS's data (`world`, `switches`, `applications`, `faults`). Returns its requests so far."""
        answer = self.http.post(f"{self.url}/_fake", json=told)
        answer.raise_for_status()
        return dict(answer.json())

    def begin_anew(self, **world: Any) -> None:
        """Reset to the first state: the recorded world, both applications, every odd behaviour on."""
        login, service = LOGIN_APPLICATION, SERVICE_APPLICATION
        self.tell(
            forget=True,
            world=WORLD,
            applications=[
                {
                    "client_id": login[0],
                    "client_secret": login[1],
                    "user": SERVICE,
                    "grant": "authorization-code",
                    "redirect_uris": self.callback,
                },
                {"client_id": service[0], "client_secret": service[1], "user": SERVICE, "grant": "client-credentials"},
            ],
        )
        self.tell(world=world, count_anew=True)

    def knows(self, **world: Any) -> None:
        self.tell(world=world)

    def switch(self, **switches: Any) -> None:
        self.tell(switches=switches)

    def fail(self, kind: str, first: int = 0, **limits: Any) -> None:
        """Set one fault, which replaces all earlier ones."""
        self.tell(faults=[{"kind": kind, "first": first, **limits}])

    def recover(self) -> None:
        self.tell(faults=[])

    @property
    def requests(self) -> list[str]:
        """The requests since the count began: method and address."""
        return list(self.tell()["requests"])

    def signed_in(self, username: str) -> httpx.Client:
        """A browser that is signed in at the LMS."""
        browser = httpx.Client(base_url=self.url, timeout=60, follow_redirects=False)
        browser.post("/login", data={"username": username, "next": "/login"})
        return browser


@contextmanager
def running(port: int) -> Iterator[FakeLms]:
    """Run an LMS at a port of loopback until the block ends. Raises RuntimeError if the LMS does not start."""
    if not PYTHON.exists():
        raise RuntimeError("The LMS of the tests is not installed: make install")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = ["setpriv", "--pdeathsig", "TERM", str(PYTHON), "-m", "tests.lms.serve", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        fake = FakeLms(f"http://127.0.0.1:{port}")
        _await(fake, process)
        yield fake
    finally:
        process.terminate()
        process.wait(60)


def _await(fake: FakeLms, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            fake.tell()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the LMS of the tests has not started")
