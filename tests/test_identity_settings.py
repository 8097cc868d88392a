"""The settings of an identity provider: all of them or none, and no start without the packages that they need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ocote.settings import Settings, SettingsError, load
from ocote.settings.oidc import ProviderAccess
from ocote.vault import new_secret

ALL = {
    "OCOTE_OIDC_ISSUER": "https://proveedor.example.com/",
    "OCOTE_OIDC_CLIENT_ID": "ocote",
    "OCOTE_OIDC_CLIENT_SECRET": "secreto",
    "OCOTE_OIDC_NAME": "Proveedor de Prueba",
}


def _loaded(tmp_path: Path, **changed: str) -> Settings:
    return load({**ALL, **changed}, tmp_path / "absent")


def test_all_settings_make_a_provider_whose_issuer_stays_as_it_was_written(tmp_path: Path) -> None:
    provider = _loaded(tmp_path).identity_provider
    assert provider == ProviderAccess("https://proveedor.example.com/", "ocote", "secreto", "Proveedor de Prueba")
    assert "secreto" not in repr(_loaded(tmp_path))


def test_without_any_setting_there_is_no_provider(tmp_path: Path) -> None:
    assert load({}, tmp_path / "absent").identity_provider is None


@pytest.mark.parametrize("name", ALL)
def test_a_part_of_the_settings_is_refused_with_what_is_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=f"Falta {name}:"):
        _loaded(tmp_path, **{name: ""})


def test_the_secret_may_lie_in_a_file_and_in_one_place_alone(tmp_path: Path) -> None:
    file = tmp_path / "secreto"
    file.write_text("del-archivo\n", encoding="utf-8")
    changed = {"OCOTE_OIDC_CLIENT_SECRET": "", "OCOTE_OIDC_CLIENT_SECRET_FILE": str(file)}
    provider = _loaded(tmp_path, **changed).identity_provider
    assert provider is not None
    assert provider.client_secret == "del-archivo"
    with pytest.raises(SettingsError, match="Deje uno solo"):
        _loaded(tmp_path, OCOTE_OIDC_CLIENT_SECRET_FILE=str(file))
    file.write_text("una\notra\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="en una línea"):
        _loaded(tmp_path, **changed)
    file.unlink()
    with pytest.raises(SettingsError, match="no se puede leer"):
        _loaded(tmp_path, **changed)


@pytest.mark.parametrize(
    "issuer",
    [
        "proveedor",
        "http://proveedor.example.com",
        "https://a:b@x.example.com",
        "https://x.example.com?a=1",
        "https://[",
    ],
)
def test_an_issuer_that_is_no_encrypted_address_is_refused(tmp_path: Path, issuer: str) -> None:
    with pytest.raises(SettingsError, match="OCOTE_OIDC_ISSUER"):
        _loaded(tmp_path, OCOTE_OIDC_ISSUER=issuer, OCOTE_ALLOW_HTTP="on")


def test_a_provider_on_this_machine_may_speak_http_where_the_gateway_does(tmp_path: Path) -> None:
    here = "http://127.0.0.1:9000"
    assert _loaded(tmp_path, OCOTE_OIDC_ISSUER=here, OCOTE_ALLOW_HTTP="on").identity_provider is not None
    with pytest.raises(SettingsError, match="https://"):
        _loaded(tmp_path, OCOTE_OIDC_ISSUER=here)


@pytest.mark.parametrize(
    ("name", "text"),
    [("OCOTE_OIDC_NAME", "x" * 41), ("OCOTE_OIDC_CLIENT_ID", "señal"), ("OCOTE_OIDC_CLIENT_SECRET", "a\u200bb")],
)
def test_a_value_that_no_provider_gives_is_refused(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=name):
        _loaded(tmp_path, **{name: text})


_WITHOUT = "import sys\nfor name in ('authlib', 'httpx', 'joserfc'):\n    sys.modules[name] = None\n"


def test_a_gateway_without_a_provider_needs_none_of_its_packages() -> None:
    program = f"{_WITHOUT}import ocote.app, ocote.cli\nprint('loaded')"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "loaded"


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_provider_without_its_packages_ends_the_start_in_one_sentence(tmp_path: Path, command: str) -> None:
    program = f"{_WITHOUT}sys.argv = ['ocote', '{command}']\nfrom ocote.cli import main\nmain()"
    environ = {**os.environ, **ALL, "OCOTE_SECRET_KEY": new_secret(), "OCOTE_ALLOW_HTTP": "on"}
    asked = [sys.executable, "-c", program]
    run = subprocess.run(asked, check=False, capture_output=True, text=True, env=environ, cwd=tmp_path)
    assert run.returncode != 0
    assert run.stderr.startswith("Error: OCOTE_OIDC_ISSUER: para entrar con Proveedor de Prueba falta el paquete")
    assert run.stderr.strip().endswith("instale ocote[oidc].")
    assert len(run.stderr.splitlines()) == 1
