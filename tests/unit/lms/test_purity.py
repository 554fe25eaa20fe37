"""The code that reads the LMS's files and events uses no cloud, clock or log. Only the verbs beside it do."""

from __future__ import annotations

import sys

import pytest

from tests.unit.test_house import PACKAGE, imports_of

READERS = ("cells", "events", "fields", "header", "inspection", "records_file")
KNOWN = ("certificates.lms.", "certificates.errors", "certificates.rules.")


@pytest.mark.parametrize("name", READERS)
def test_readers_import_only_the_standard_library_and_plain_values(name: str) -> None:
    outside = {
        module
        for module in imports_of(PACKAGE / "lms" / f"{name}.py")
        if module.split(".")[0] not in sys.stdlib_module_names and not module.startswith(KNOWN)
    }
    assert outside <= {"certificates.lms"}
    read = {module.split(".")[2] for module in imports_of(PACKAGE / "lms" / f"{name}.py") if module.count(".") > 1}
    assert not read & {"loading", "following", "messages", "records"}
