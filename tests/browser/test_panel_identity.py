"""The way to an identity provider of another site and back, in a browser that holds strict cookies back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visiting import PHONE, WIDE, barriers, complaints_of, faults_of_shape
from tests.builders.oidc_provider import NAME, Account, OidcProvider, open_provider
from tests.databases import Databases
from tests.panel_client import add
from tests.running_gateway import RunningGateway, running_gateway

EMAIL = "persona@example.com"


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    """Under another name of this machine, which is another site than the gateway's 127.0.0.1."""
    with open_provider(host="localhost") as provider:
        provider.has_page = True
        provider.account = Account(email=EMAIL)
        yield provider


@pytest.fixture(scope="module")
def gateway(
    provider: OidcProvider, all_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder, identity_provider=provider.access) as gateway:
        provider.clock = gateway.clock
        add(gateway, email=EMAIL, name="Persona de Prueba")
        yield gateway


def _at_the_provider(page: Page, gateway: RunningGateway) -> None:
    page.wait_for_url("http://localhost:*/authorize*")
    assert gateway.url.startswith("http://127.0.0.1:")
    page.get_by_role("link", name="Soy yo").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_comes_back_from_another_site_into_the_session_and_confirms_a_change_there(
    browser: Browser, gateway: RunningGateway, scripts: bool
) -> None:
    with browser.new_context(viewport=PHONE, locale="es-SV", java_script_enabled=scripts) as context:
        said = complaints_of(context)
        page = context.new_page()
        page.goto(f"{gateway.url}/panel/c/1/documents")
        page.get_by_role("button", name=f"Entrar con {NAME}").click()
        _at_the_provider(page, gateway)
        page.wait_for_url("**/panel/c/1/documents")
        cookies = {each.get("name"): each.get("sameSite") for each in context.cookies(gateway.url)}
        assert cookies.get("ocote-session") == "Strict"
        assert "ocote-journey" not in cookies
        gateway.time_passes(minutes=11)
        page.goto(f"{gateway.url}/panel/c/1/people/invite")
        page.locator("[name=email]").fill("lectora@example.com")
        page.get_by_text("Consulta").first.click()
        page.get_by_role("button", name="Hacer el enlace").click()
        page.get_by_role("button", name=f"Confirmar con {NAME}").click()
        _at_the_provider(page, gateway)
        page.get_by_role("button", name="Enviar").click()
        expect(page.locator(".copyable code")).to_contain_text("/panel/invitation/")
        # The pages that were refused on purpose answered 401, of which the browser tells.
        assert [each for each in said if "401" not in each] == []


def test_a_redirection_from_another_site_would_leave_the_session_behind(
    browser: Browser, gateway: RunningGateway, provider: OidcProvider
) -> None:
    with browser.new_context(viewport=PHONE, locale="es-SV") as context:
        page = context.new_page()
        page.goto(f"{gateway.url}/panel/c/1/documents")
        page.get_by_role("button", name=f"Entrar con {NAME}").click()
        _at_the_provider(page, gateway)
        page.wait_for_url("**/panel/c/1/documents")
        provider.broken["/lleva"] = lambda: (302, {"Location": f"{gateway.url}/panel/c/1/documents"}, b"")
        provider.broken["/enlace"] = lambda: (
            200,
            {"Content-Type": "text/html"},
            b'<!doctype html><title>x</title><a href="/lleva">Volver</a>',
        )
        page.goto(f"{provider.url}/enlace")
        page.get_by_role("link", name="Volver").click()
        page.wait_for_url("**/panel/login?next=*")
        provider.broken.clear()


@pytest.mark.parametrize("viewport", [PHONE, WIDE])
def test_the_pages_of_the_provider_have_no_barrier(browser: Browser, gateway: RunningGateway, viewport: object) -> None:
    with browser.new_context(viewport=viewport, locale="es-SV") as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{gateway.url}/panel/login")
        assert faults_of_shape(page) + barriers(page) == []
        page.get_by_role("button", name=f"Entrar con {NAME}").click()
        _at_the_provider(page, gateway)
        page.wait_for_url("**/panel/c/1**")
        for path in ("/account", "/confirm"):
            page.goto(f"{gateway.url}/panel{path}")
            assert faults_of_shape(page) + barriers(page) == []
        page.goto(f"{gateway.url}/panel/login/identity/back?state=x")
        assert faults_of_shape(page) + barriers(page) == []
