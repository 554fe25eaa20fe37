"""Our canonical form equals that of a JSON-LD processor for the same document, byte for byte."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3.contexts import document_loader
from pyld import jsonld

from certificates.trust import statements
from certificates.trust.compiled import CompiledStatements, placeholder
from certificates.trust.credential import secured
from certificates.trust.status_list import StatusEntry, bits, secured_list
from certificates.trust.vocabulary import CREDENTIALS
from tests.unit.trust.awards import BASE, KEYS, NOW, award

LOADER = document_loader(None)


def canonical_by_pyld(document: dict[str, Any]) -> str:
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": LOADER}
    text: str = jsonld.normalize(document, options)
    return text


def canonical_by_us(document: dict[str, Any]) -> str:
    return statements.canonical_form(statements.statements(document)).decode()


def without_proof(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    del document["proof"]
    return document


# Half of a surrogate pair is no character. Control characters and the mark of placeholders are left out, see below.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ue000"), min_size=1, max_size=60)


@pytest.mark.slow
@settings(max_examples=300)
@given(
    name=TEXTS,
    title=TEXTS,
    organization=TEXTS,
    index=st.integers(0, 131_071),
    has_email=st.booleans(),
    has_end=st.booleans(),
)
def test_a_credential_with_any_texts_is_canonical_as_a_json_ld_processor_makes_it(
    name: str, title: str, organization: str, index: int, has_email: bool, has_end: bool
) -> None:
    given_award = award(name=name, title=title, organization=organization, entry=StatusEntry("1-1", index))
    if has_end:
        given_award = given_award._replace(valid_until=datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC))
    if not has_email:
        given_award = given_award._replace(email_hash="", salt="")
    document = without_proof(secured(given_award, KEYS).document)
    assert document["credentialSubject"]["name"] == name
    assert document.get("validUntil") == ("2028-02-29T23:59:59Z" if has_end else None)
    assert ("identifier" in document["credentialSubject"]) is has_email
    assert canonical_by_us(document) == canonical_by_pyld(document)


def test_a_status_list_is_canonical_as_a_json_ld_processor_makes_it() -> None:
    document = without_proof(secured_list("1-1", bits([5, 47]), base_url=BASE, keys=KEYS, now=NOW).document)
    assert canonical_by_us(document) == canonical_by_pyld(document)


def test_the_options_of_a_proof_are_canonical_as_a_json_ld_processor_makes_them() -> None:
    [proof] = json.loads(secured(award(), KEYS).document)["proof"]
    del proof["proofValue"]
    assert canonical_by_us(proof) == canonical_by_pyld({"@context": [CREDENTIALS], **proof})


def test_a_document_whose_statements_values_would_put_in_another_order_is_refused() -> None:
    whole = {"id": f"urn:a:{placeholder('one')}", "name": "A"}
    part = {"id": f"urn:a:{placeholder('two')}", "name": "B"}
    CompiledStatements({**whole, "credentialSubject": {**part, "id": f"urn:b:{placeholder('two')}"}})
    with pytest.raises(statements.StrangeDocument):
        CompiledStatements({**whole, "credentialSubject": part})


@pytest.mark.parametrize("text", ["", "ü", '"', "\\", "𝔸 b", "﷽", "\u2028"])
def test_texts_are_escaped_as_a_json_ld_processor_escapes_them(text: str) -> None:
    document = without_proof(secured(award(name=f"a{text}"), KEYS).document)
    assert canonical_by_us(document) == canonical_by_pyld(document)


def test_control_characters_and_marks_of_places_are_left_out() -> None:
    document = without_proof(
        secured(award(name="a\tb\x00\ue000name\ue000\x7f", title="\ue000name\ue000"), KEYS).document
    )
    assert (document["credentialSubject"]["name"], document["name"]) == ("abname", "name")


def test_a_credential_with_parts_that_ours_never_have_is_refused() -> None:
    document = without_proof(secured(award(), KEYS).document)
    for strange in ({"evidence": "x"}, {"name": None}, {"type": ["Nonsense"]}, {"id": "no iri"}, {"issuer": {}}):
        with pytest.raises(statements.StrangeDocument):
            statements.statements({**document, **strange})
