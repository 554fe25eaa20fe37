"""`python -m tests.cloud`: the product on this machine, with a sample course run loaded, until Ctrl-C."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from types import FrameType

from tests.cloud import guide, sample
from tests.cloud.cloud import deployed
from tests.cloud.errors import CloudError

DEFAULT_PORT = 4566


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.cloud", description=__doc__)
    parser.add_argument(
        "--port",
        type=int,
        default=DEFAULT_PORT,
        help="of pages and interface; the next two ports are needed as well (%(default)s)",
    )
    port = parser.parse_args().port
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    try:
        print("Starting ...", flush=True)
        with deployed(port=port) as cloud:
            print(guide.text(cloud, sample.load(cloud)), flush=True)
            signal.pause()
    except CloudError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.")
    return 0


def interrupted(_signal: int, _frame: FrameType | None) -> None:
    """Both end the program in order, also where a shell started it with Ctrl-C ignored (`make run &`)."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
