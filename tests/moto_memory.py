"""What moto knows of a cloud, copied and put into other clouds: a tenth of the work of the calls that made it known."""

from __future__ import annotations

import atexit
import copy
import copyreg
from collections.abc import Callable, Iterable, Iterator
from threading import Condition
from typing import Any

from moto.backends import get_backend
from moto.core.base_backend import BaseBackend
from moto.s3.models import FakeKey, s3_backends
from moto.s3.utils import _VersionedKeyStore

Place = tuple[str, str, str]
"""A service, an account, and a region."""


def _versions_of_keys(versions: dict[str, list[Any]]) -> Any:
    made = _VersionedKeyStore()
    for key, of_key in versions.items():
        made.setlist(key, of_key)
    return made


def _reduced(keys: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    return _versions_of_keys, (dict(keys.lists()),)


# Python cannot copy a lock. Of the keys in a bucket, it would copy the newest version alone.
copyreg.pickle(Condition, lambda _: (Condition, ()))  # type: ignore[arg-type]
copyreg.pickle(_VersionedKeyStore, _reduced)  # type: ignore[arg-type]


class Memory:
    """A copy of what moto knows of these services now. Later calls do not change it."""

    def __init__(self, services: Iterable[str]) -> None:
        self._owners = dict(_backends(services))
        objects = len(FakeKey.instances_tracked)  # type: ignore[attr-defined]
        self._known = self._copied({place: found.__dict__ for place, found in self._owners.items()}, self._owners)
        # The end of a cloud empties every object that moto knows of: not these.
        atexit.register(_close, FakeKey.instances_tracked[objects:])  # type: ignore[attr-defined]
        del FakeKey.instances_tracked[objects:]  # type: ignore[attr-defined]
        self._bucket_accounts = dict(s3_backends.bucket_accounts)

    def recall(self) -> None:
        """Let moto know this, and nothing else of the services."""
        owners = {
            (service, account, region): _backend(service, account, region) for service, account, region in self._owners
        }
        for place, known in self._copied(self._known, owners).items():
            owners[place].__dict__ = known
        s3_backends.bucket_accounts.update(self._bucket_accounts)

    def _copied(
        self, known: dict[Place, dict[str, Any]], owners: dict[Place, BaseBackend]
    ) -> dict[Place, dict[str, Any]]:
        """A copy in which parts that name their backend name these."""
        memo: dict[int, Any] = {id(before): owners[place] for place, before in self._owners.items()}
        return copy.deepcopy(known, memo)


def _close(objects: list[Any]) -> None:
    """moto cannot do this any more when Python ends."""
    for found in objects:
        found.dispose()


def _backends(services: Iterable[str]) -> Iterator[tuple[Place, BaseBackend]]:
    for service in services:
        for account, regions in get_backend(service).items():  # type: ignore[call-overload]
            for region, found in regions.items():
                yield (service, account, region), found


def _backend(service: str, account: str, region: str) -> BaseBackend:
    found: BaseBackend = get_backend(service)[account][region]  # type: ignore[call-overload]
    return found
