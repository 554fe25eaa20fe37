"""`python -m tests.cloud`: the product on this machine, with a sample course run loaded, until Ctrl-C."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from types import FrameType

from tests.cloud import guide, sample, sample_lms
from tests.cloud.cloud import deployed
from tests.cloud.errors import CloudError
from tests.cloud.server import PORTS
from tests.lms.fake import running

DEFAULT_PORT = 4566
SWITCHED_ON = {
    "Webhooks": "true",
    "MailFrom": "certificates@lyceum.example",
    "MailDelaySeconds": "10",
    "MailRate": "20",
    "BulkConcurrency": "4",
}
"""Parameters that an operator may set, so that everything can be tried here. Mails wait only for some seconds. With the
default concurrency, a job starts 25 processes at once for its webhooks: too many for a small machine.
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.cloud", description=__doc__)
    parser.add_argument(
        "--port",
        type=int,
        default=DEFAULT_PORT,
        help="of pages and interface; the next three ports are needed as well (%(default)s)",
    )
    parser.add_argument("--lms", action="store_true", help="sign in at an LMS, and read the sample run from there")
    wanted = parser.parse_args()
    port = wanted.port
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    try:
        print("Starting ...", flush=True)
        if wanted.lms:
            with running(port + PORTS) as lms, deployed(port=port, lms=lms, parameters=SWITCHED_ON) as cloud:
                lms.knows(**sample_lms.world())
                print(sample_lms.guide(cloud, lms.url, sample_lms.load(cloud)), flush=True)
                signal.pause()
        with deployed(port=port, parameters=SWITCHED_ON) as cloud:
            print(guide.text(cloud, sample.load(cloud)), flush=True)
            signal.pause()
    except CloudError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.")
    return 0


def interrupted(_signal: int, _frame: FrameType | None) -> None:
    """Both signals end the program in order, also if a shell started it with Ctrl-C ignored (`make run &`)."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
