"""``ocote doctor`` looks at the identity provider."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ocote.cli.doctor.identity_provider import identity_provider_answers
from ocote.clock import system_clock
from ocote.settings import Settings
from tests.builders.oidc_provider import OidcProvider, failing, huge, open_provider, silent


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with open_provider() as provider:
        yield provider


@pytest.fixture
def settings(provider: OidcProvider, tmp_path: Path) -> Settings:
    return Settings(tmp_path, "sqlite:///unused.sqlite3", identity_provider=provider.access)


async def _seen(settings: Settings) -> tuple[str, str]:
    [finding] = await identity_provider_answers(settings, system_clock)
    return finding.level, finding.seen.removeprefix(
        settings.identity_provider.issuer if settings.identity_provider else ""
    )


async def test_a_provider_that_answers_is_well(settings: Settings) -> None:
    assert await _seen(settings) == ("well", " responde y publica 1 llaves")


async def test_without_a_provider_nothing_is_asked(settings: Settings) -> None:
    assert await identity_provider_answers(replace(settings, identity_provider=None), system_clock) == []


async def test_each_fault_of_a_provider_is_told_in_words(settings: Settings, provider: OidcProvider) -> None:
    told = []
    for answer in (silent, failing, huge, lambda: (200, {}, b"[]")):
        provider.broken["/.well-known/openid-configuration"] = answer
        told.append((await _seen(settings))[1])
    assert told == [
        " no responde (RemoteProtocolError)",
        " contesta con el estado 503",
        " da una respuesta demasiado larga",
        " no publica el documento que se espera (/.well-known/openid-configuration)",
    ]


async def test_a_document_of_another_issuer_and_a_list_without_keys_have_failed(
    settings: Settings, provider: OidcProvider
) -> None:
    provider.metadata["issuer"] = "https://otro.example.com"
    assert await _seen(settings) == ("failed", " dice llamarse https://otro.example.com")
    provider.metadata.clear()
    provider.published = []
    level, seen = await _seen(settings)
    assert (level, "ninguna llave" in seen) == ("failed", True)
