"""The function that writes a part of a report, in this process: the same request, without a call to Lambda."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.aws.documents import Documents
from certificates.aws.report_writer import ReportWriter
from certificates.lists.csv_of_run import write_part
from certificates.messages.work import ReportPart


@dataclass(frozen=True, slots=True)
class InProcess(ReportWriter):
    documents: Documents

    def _invoke(self, request: ReportPart) -> None:
        write_part(*request, documents=self.documents)
