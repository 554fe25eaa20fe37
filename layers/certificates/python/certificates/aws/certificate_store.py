"""Reads all facts of a learner in a run in one call; writes a change of a certificate in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from certificates.aws.certificate_items import certificate_from, in_run
from certificates.aws.change_entries import entries_of
from certificates.aws.history_items import HistoryItem, history_entry_from
from certificates.aws.item_model import ByHolder, ByVerifyUuid
from certificates.aws.learner_items import learner_from
from certificates.aws.names import NameFits, of_print
from certificates.aws.reads import get_items, key_of, query
from certificates.aws.run_items import run_from
from certificates.aws.table import Key, RawItem, learner_key, profile_key, run_and_learner, settings_key
from certificates.aws.writes import transact
from certificates.change import Change
from certificates.rules.history import HistoryEntry
from certificates.rules.model import Certificate, CourseRun, Facts, Site


class CertificateStore:
    """Everything stored about learners in runs. `name_fits` measures long names: see `names.of_print`."""

    def __init__(self, name_fits: NameFits | None = None) -> None:
        self._name_fits = name_fits

    def facts(self, course_id: str, user_id: str, *, site: Site, now: datetime, printing: bool = True) -> Facts | None:
        """All facts of one learner in one run in one call; None when the run or the learner is unknown.

        `printing` False leaves out the facts that need fonts: functions that print nothing have no fonts.
        """
        found = get_items([settings_key(course_id), *_learner_keys(course_id, user_id)])
        settings = found.get(settings_key(course_id))
        return None if settings is None else self._facts(found, run_from(settings), user_id, site, now, printing)

    def facts_of_many(
        self, run: CourseRun, user_ids: Iterable[str], *, site: Site, now: datetime
    ) -> Iterator[tuple[str, Facts | None]]:
        """The facts of many learners of one run, 20 learners a call; None for an unknown learner."""
        wanted = list(user_ids)
        found = get_items(key for user_id in wanted for key in _learner_keys(run.course_id, user_id))
        for user_id in wanted:
            yield user_id, self._facts(found, run, user_id, site, now)

    def _facts(
        self,
        found: Mapping[Key, RawItem],
        run: CourseRun,
        user_id: str,
        site: Site,
        now: datetime,
        printing: bool = True,
    ) -> Facts | None:
        profile, key = found.get(profile_key(user_id)), learner_key(run.course_id, user_id)
        if profile is None:
            return None
        parts = {kind: found[key, kind] for kind in _KINDS if (key, kind) in found}
        learner, values = learner_from(profile), in_run(parts)
        if printing:
            values |= of_print(run, learner, values["enrollment"], self._name_fits)
        return Facts(run=run, learner=learner, now=now, site=site, **values)

    def write(self, *changes: Change) -> None:
        """Write changes in one transaction. Raises Raced when somebody changed an item since it was read; Throttled."""
        transact([entry for change in changes for entry in entries_of(change)])

    def document_in_use(self, course_id: str, user_id: str) -> str | None:
        """The key of the document that the certificate item names now."""
        found = get_items([(learner_key(course_id, user_id), "CERTIFICATE")])
        return next((certificate_from(raw).document for raw in found.values()), None)

    def held(self, learners: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Certificate]:
        """The certificates of learners in runs, by course id and user id. Those who have none are left out."""
        found = get_items((learner_key(*each), "CERTIFICATE") for each in learners)
        return {(held.course_id, held.user_id): held for held in map(certificate_from, found.values())}

    def certificate(self, verify_uuid: str) -> Certificate | None:
        """The certificate of a public id: found through the index, then read consistently."""
        for listed in query(ByVerifyUuid.verify_uuid == verify_uuid, index=ByVerifyUuid, limit=1):
            return next(map(certificate_from, get_items([key_of(listed)]).values()), None)
        return None

    def whose(self, verify_uuid: str) -> tuple[str, str] | None:
        """The run and the learner of a public id, by their ids."""
        for listed in query(ByVerifyUuid.verify_uuid == verify_uuid, index=ByVerifyUuid, limit=1):
            return run_and_learner(key_of(listed))
        return None

    def certificates_of(self, user_id: str) -> list[Certificate]:
        """Every certificate of one learner, whatever its status."""
        listed = map(key_of, query(ByHolder.holder == user_id, index=ByHolder))
        return [certificate_from(raw) for raw in get_items(key for key in listed if key[1] == "CERTIFICATE").values()]

    def course_ids_of(self, user_id: str) -> list[str]:
        """Every run in which the learner has a certificate, or an enrollment stored by this release."""
        listed = map(key_of, query(ByHolder.holder == user_id, index=ByHolder))
        prefix, suffix = learner_key("", "")[:-1], f"#{user_id}"
        return list(dict.fromkeys(pk.removeprefix(prefix).removesuffix(suffix) for pk, _ in listed))

    def history(self, course_id: str, user_id: str) -> list[HistoryEntry]:
        """The history of one certificate, oldest change first."""
        key = learner_key(course_id, user_id)
        found = query((HistoryItem.pk == key) & HistoryItem.sk.startswith("HISTORY#"))
        return list(map(history_entry_from, found))


_KINDS = ("ENROLLMENT", "CERTIFICATE", "EXCEPTION", "INVALIDATION")


def _learner_keys(course_id: str, user_id: str) -> list[Key]:
    key = learner_key(course_id, user_id)
    return [profile_key(user_id), *((key, kind) for kind in _KINDS)]
