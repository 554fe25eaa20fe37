"""Faults are kept as JSON and read again."""

from __future__ import annotations

import json

from certificates.rules.flaws import Flaw, FlawId, flaw


def test_a_fault_is_kept_as_json_with_its_values() -> None:
    found = flaw(FlawId.ZEROS_LOST, identifier="42", others=("0042", "042"))
    wire = found.to_wire()
    assert wire == {"id": FlawId.ZEROS_LOST.value, "values": {"identifier": "42", "others": ["0042", "042"]}}
    again = Flaw.from_wire(json.loads(json.dumps(wire)))
    assert again == Flaw(FlawId.ZEROS_LOST, {"identifier": "42", "others": ["0042", "042"]})


def test_a_fault_of_a_newer_release_is_not_read() -> None:
    assert Flaw.from_wire({"id": "a-fault-to-come", "values": {}}) is None
