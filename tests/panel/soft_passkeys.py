"""Passkeys of people of a gateway, made and used over HTTP without a browser."""

import json
import re
from typing import Any

from tests.builders.authenticator import SoftPasskey
from tests.panel_client import PanelClient, Shown
from tests.running_gateway import RunningGateway


def named_url(gateway: RunningGateway) -> str:
    """The address of the gateway by a name, as browsers want it for passkeys."""
    return gateway.url.replace("127.0.0.1", "localhost")


def options_at(browser: PanelClient, path: str) -> Any:
    """What the panel tells a browser at a path to make or use a passkey."""
    answer = browser.post(f"{path}/options")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json"), answer.text
    return json.loads(answer.text)


def made_passkey(
    gateway: RunningGateway, browser: PanelClient, label: str = "Teléfono"
) -> tuple[SoftPasskey, list[str]]:
    """A passkey that the person of a browser has made, and the recovery codes that were shown."""
    passkey = SoftPasskey(named_url(gateway))
    browser.get("/account/passkeys/new")
    answer = passkey.made(options_at(browser, "/account/passkeys/new"))
    shown = browser.post("/account/passkeys/new", {"credential": answer, "label": label})
    assert shown.status in (200, 303), shown.words
    return passkey, re.findall(r"<code>([a-z0-9]{6}-[a-z0-9]{6})</code>", shown.text)


def used_passkey(browser: PanelClient, passkey: SoftPasskey, path: str = "/login/passkey", **changes: Any) -> Shown:
    """The page after a passkey was used at a path; ``changes`` are of the client's data."""
    return browser.post(
        path, {"credential": passkey.used(options_at(browser, path), **changes), "next": "/panel/account"}
    )
