"""Runs in the LMS's environment: reads events with openedx-events' own library, as a receiver on a bus does.

Input: a line of JSON for each event, with its type and its detail. Output: a line for each, with the event after it was
written and read by Open edX's Avro schema, and the metadata that receivers of the signal get.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.conf import settings

settings.configure()

from openedx_events.data import EventsMetadata  # noqa: E402
from openedx_events.event_bus.avro.deserializer import AvroSignalDeserializer, deserialize_bytes_to_event_data  # noqa: E402
from openedx_events.event_bus.avro.serializer import AvroSignalSerializer, serialize_event_data_to_bytes  # noqa: E402
from openedx_events.learning import signals  # noqa: E402

SIGNALS = {
    signal.event_type: signal
    for signal in (signals.CERTIFICATE_CREATED, signals.CERTIFICATE_CHANGED, signals.CERTIFICATE_REVOKED)
}


def judged(kind: str, detail: dict[str, Any]) -> dict[str, Any]:
    signal = SIGNALS[kind]
    data = AvroSignalDeserializer(signal).from_dict({"certificate": detail["certificate"]})
    again = deserialize_bytes_to_event_data(serialize_event_data_to_bytes(data, signal), signal)
    received: list[Any] = []

    def receive(sender: Any, signal: Any, metadata: Any, certificate: Any, **_: Any) -> None:
        received.append((metadata, certificate))

    signal.connect(receive)
    metadata = EventsMetadata.from_json(json.dumps(detail["metadata"]))
    signal.send_event_with_custom_metadata(metadata, **again)
    signal.disconnect(receive)
    [(heard, certificate)] = received
    return {
        "metadata": heard.to_json_data(),
        **AvroSignalSerializer(signal).to_dict({"certificate": certificate}),
    }


for line in sys.stdin:
    sys.stdout.write(json.dumps(judged(*json.loads(line))) + "\n")
