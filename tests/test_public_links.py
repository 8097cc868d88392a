"""Links that only the holder of the secret can make."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ocote.public_links import TOKEN_LENGTHS, Linked, PublicLinks

SECRET = "un-secreto-de-prueba-de-mas-de-32-caracteres"
OLD_SECRET = "el-secreto-anterior-de-mas-de-32-caracteres"
LINKS = PublicLinks.from_secret(SECRET, "https://facturas.example.com")
DOCUMENT = Linked(7, "5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35")

companies = st.integers(min_value=1, max_value=2**32 - 1)
documents = st.uuids(version=4).map(str)
versions = st.just(0) | st.integers(min_value=1, max_value=2**48 - 1)


@given(companies, documents, versions)
def test_a_token_leads_back_to_its_document_and_version(company_id: int, document_id: str, version: int) -> None:
    linked = Linked(company_id, document_id, version)
    token = LINKS.token(linked)

    assert LINKS.read(token) == linked
    assert len(token) == TOKEN_LENGTHS[version > 0]


def test_the_first_link_of_a_document_is_the_one_printed_before_links_had_versions() -> None:
    assert LINKS.token(DOCUMENT) == "AAAAB18Meh6T0ktqjBEufZCrTDVhwFtGWyAelg9CWeH4db4I"


@given(st.sets(versions, min_size=2, max_size=20))
def test_every_link_of_a_document_is_another_one(drawn: set[int]) -> None:
    tokens = {LINKS.token(replace(DOCUMENT, version=version)) for version in drawn}

    assert len({urlsafe_b64decode(token)[-16:] for token in tokens}) == len(drawn)


def test_the_version_in_a_token_cannot_be_changed() -> None:
    sealed = bytearray(urlsafe_b64decode(LINKS.token(replace(DOCUMENT, version=1))))
    sealed[25] = 2
    without = sealed[:20] + sealed[26:]

    assert LINKS.read(urlsafe_b64encode(sealed).decode()) is None
    assert LINKS.read(urlsafe_b64encode(without).decode()) is None


@given(documents, st.integers(min_value=0, max_value=36 * 8 - 1))
def test_a_token_with_one_bit_changed_is_none_of_ours(document_id: str, bit: int) -> None:
    sealed = bytearray(urlsafe_b64decode(LINKS.token(Linked(7, document_id))))
    sealed[bit // 8] ^= 1 << bit % 8

    assert LINKS.read(urlsafe_b64encode(sealed).decode()) is None


@given(st.text(max_size=60))
def test_any_other_text_is_none_of_ours(text: str) -> None:
    assert LINKS.read(text) is None


@pytest.mark.parametrize(
    "change", [lambda t: t + "=", lambda t: t + "AAAA", lambda t: t[:-1], lambda t: f"{t[:10]} {t[10:]}"]
)
def test_a_token_has_one_spelling(change: Callable[[str], str]) -> None:
    assert LINKS.read(change(LINKS.token(DOCUMENT))) is None


def test_a_token_of_another_company_is_another_token() -> None:
    first, second = (urlsafe_b64decode(LINKS.token(replace(DOCUMENT, company_id=company_id))) for company_id in (7, 8))

    assert first[-16:] != second[-16:]


def test_another_secret_makes_other_tokens_and_reads_none_of_ours() -> None:
    other = PublicLinks.from_secret(OLD_SECRET, None)

    assert other.read(LINKS.token(DOCUMENT)) is None
    assert other.token(DOCUMENT) != LINKS.token(DOCUMENT)


def test_while_a_secret_is_replaced_its_links_go_on_working() -> None:
    before = PublicLinks.from_secret(OLD_SECRET, None)
    after = PublicLinks.from_secret(f"{SECRET}, {OLD_SECRET}", None)

    assert after.read(before.token(DOCUMENT)) == DOCUMENT
    assert after.token(DOCUMENT) == LINKS.token(DOCUMENT)


def test_the_url_is_short_and_only_there_with_a_base() -> None:
    assert LINKS.url(DOCUMENT) == f"https://facturas.example.com/v/{LINKS.token(DOCUMENT)}"
    assert PublicLinks.from_secret(SECRET, None).url(DOCUMENT) is None


def test_the_keys_are_not_shown() -> None:
    assert SECRET not in repr(LINKS)
    assert repr(LINKS) == "<PublicLinks with 1 keys>"


def test_tokens_of_neighbouring_documents_have_nothing_in_common() -> None:
    macs = {urlsafe_b64decode(LINKS.token(Linked(7, str(uuid4()))))[-16:] for _ in range(200)}

    assert len(macs) == 200
