"""The largest uploaded file: the form, the reader and the refusal agree."""

from __future__ import annotations

import io

import pytest

from certificates.errors import TooLarge
from certificates.lms.inspection import inspect
from certificates.rules.exception_file import examine
from certificates.rules.files import MAX_EXCEPTION_FILE_BYTES, MAX_RECORDS_FILE_BYTES, check_size
from certificates.rules.flaws import FlawId, flaw
from certificates.uploads.forms import MAX_UPLOAD_BYTES, UploadKind


def test_the_limits_are_those_that_are_written_down():
    assert MAX_UPLOAD_BYTES == {UploadKind.RECORDS: 200 * 2**20, UploadKind.EXCEPTIONS: 10 * 2**20}


def refused(act) -> TooLarge:
    with pytest.raises(TooLarge) as caught:
        act()
    return caught.value


def test_a_file_of_one_byte_more_is_refused_with_the_limit():
    check_size(1000, 1000)
    found = refused(lambda: check_size(1001, 1000))
    assert (found.reason, found.values) == ("file-too-large", {"limit_bytes": 1000})
    assert found.message == flaw(FlawId.FILE_TOO_LARGE, most=1000)


def test_each_reader_refuses_files_above_the_limit_of_its_form():
    too_long = io.BytesIO(b"x" * (MAX_EXCEPTION_FILE_BYTES + 1))
    assert refused(lambda: examine(too_long)).values == {"limit_bytes": MAX_EXCEPTION_FILE_BYTES}
    told = MAX_RECORDS_FILE_BYTES + 1
    assert refused(lambda: inspect(io.BytesIO(), told)).values == {"limit_bytes": MAX_RECORDS_FILE_BYTES}
