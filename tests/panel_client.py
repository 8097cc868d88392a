"""A browser without scripts for tests of the panel: it keeps cookies, and sends the token of the last page."""

import asyncio
import re
from collections.abc import Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from http.client import HTTPConnection
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from ocote.store.companies import set_company_active
from ocote.store.engine.opening import open_store
from ocote.store.engine.values import moment_text
from tests.builders.people import EMAIL, PERSON_PASSWORD, add_person, lose_role
from tests.running_gateway import RunningGateway

T = TypeVar("T")

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]*)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer of the panel."""

    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    content: bytes

    @property
    def text(self) -> str:
        """The page as HTML."""
        return self.content.decode()

    @property
    def words(self) -> str:
        """What a person reads of the page, in one line."""
        body = re.sub(r"(?s)<(script|style|template|svg).*?</\1>", " ", self.text)
        joined = re.sub(r"</?(span|bdi|strong|b|a|code)\b[^>]*>", "", body)
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", joined)).split())

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page by name; the last of those with one name."""
        return {unescape(name): unescape(value) for name, value in _HIDDEN.findall(self.text)}

    @property
    def filled(self) -> list[tuple[str, str]]:
        """The fields of the page with the values that they show, as a browser would send them back."""
        reader = _FieldReader()
        reader.feed(self.text)
        return reader.fields


class _FieldReader(HTMLParser):
    """Collects the fields of the forms of a page, without those of templates and without buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._templates = 0
        self._area: str | None = None
        self._text = ""
        self._select: str | None = None
        self._chosen: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes a field, or the beginning of one."""
        values = {name: value or "" for name, value in attrs}
        self._templates += tag == "template"
        if self._templates:
            return
        if tag == "input" and values.get("name") and values.get("type") not in ("submit", "search", "file"):
            self.fields.append((values["name"], values.get("value", "")))
        elif tag == "textarea":
            self._area, self._text = values.get("name"), ""
        elif tag == "select":
            self._select, self._chosen = values.get("name"), None
        elif tag == "option" and self._select and (self._chosen is None or "selected" in values):
            self._chosen = values.get("value", "")

    def handle_data(self, data: str) -> None:
        """Adds to the text of a field."""
        self._text += data if self._area is not None else ""

    def handle_endtag(self, tag: str) -> None:
        """Ends a field."""
        self._templates -= tag == "template"
        if tag == "textarea" and self._area:
            self.fields.append((self._area, self._text.removeprefix("\n")))
            self._area = None
        elif tag == "select" and self._select:
            self.fields.append((self._select, self._chosen or ""))
            self._select = None


class PanelClient:
    """The browser of one person. ``get`` and ``post`` take paths below ``/panel`` and follow no redirection."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self.cookies: dict[str, str] = {}
        self.token = ""

    def get(self, path: str, **headers: str) -> Shown:
        """Opens a page."""
        return self._send("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, str] | Iterable[tuple[str, str]] = (), **headers: str) -> Shown:
        """Sends a form with the token of the last page that had one."""
        listed = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        if not any(name == "csrf_token" for name, _ in listed):
            listed.append(("csrf_token", self.token))
        sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._send("POST", path, urlencode(listed).encode(), sent)

    def upload(self, path: str, fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> Shown:
        """Sends a form with files, each as its name and content, under the name of its field."""
        boundary = "----------------------------frontera"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in {"csrf_token": self.token, **fields}.items()
        ]
        for name, (file_name, content) in files.items():
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
            parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n")
        body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
        return self._send("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def raw(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Shown:
        """Sends what no form of a page would send."""
        return self._send(method, path, body, headers)

    def follow(self, shown: Shown) -> Shown:
        """Opens the page to which an answer leads."""
        assert shown.status == 303, (shown.status, shown.words)
        return self.get(shown.headers["location"].removeprefix("/panel"))

    def log_in(self, email: str = EMAIL, password: str = PERSON_PASSWORD) -> Shown:
        """Logs in, which has to succeed; returns the first page."""
        self.get("/login")
        return self.follow(self.follow(self.post("/login", {"email": email, "password": password})))

    def _send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Shown:
        connection = HTTPConnection(str(self._url.hostname), self._url.port, timeout=60)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            # Who sends too much is answered before everything is sent.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, f"/panel{path}", body, {**({"Cookie": cookie} if cookie else {}), **headers})
            answer = connection.getresponse()
            cookies = tuple(value for name, value in answer.getheaders() if name.lower() == "set-cookie")
            received = {name.lower(): value for name, value in answer.getheaders()}
            shown = Shown(answer.status, received, cookies, answer.read())
        finally:
            connection.close()
        self._keep(cookies)
        if shown.headers.get("content-type", "").startswith("text/html"):
            found = _TOKEN.search(shown.text)
            self.token = unescape(found[1]) if found else self.token
        return shown

    def _keep(self, cookies: tuple[str, ...]) -> None:
        for cookie in cookies:
            name, _, rest = cookie.partition("=")
            value = rest.partition(";")[0]
            if "max-age=0" in cookie.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value


def person_at(gateway: RunningGateway, **person: Any) -> PanelClient:
    """The browser of a new person who has logged in; ``person`` is as in ``add_person``."""
    add(gateway, **person)
    client = PanelClient(gateway.url)
    client.get("/login")
    answer = client.post("/login", {"email": person.get("email", EMAIL), "password": PERSON_PASSWORD})
    assert answer.status == 303, answer.words
    return client


def close_till(browser: PanelClient, counted: Mapping[str, str], company: int = 1) -> Shown:
    """Counts the money of M001P001 by method, confirms it, and returns the answer to the confirmation."""
    path = f"/c/{company}/closings/M001P001/close"
    browser.get(path)
    fields = {f"counted_{method}": value for method, value in counted.items()}
    number = browser.post(path, fields).hidden["number"]
    return browser.post(path, {**fields, "number": number, "do": "close"})


def add(gateway: RunningGateway, **person: Any) -> int:
    """Adds a person to a running gateway, from outside any event loop of the test."""
    return apart(add_person(gateway.database_url, **person))


def lose(gateway: RunningGateway, email: str, company_id: int = 1) -> None:
    """Takes a person's role in a company away, as another process would."""
    apart(lose_role(gateway.database_url, email, company_id))


def switch(gateway: RunningGateway, *, active: bool) -> None:
    """Disables or enables the company of a gateway, as the command does."""

    async def work() -> None:
        async with open_store(gateway.database_url) as store:
            await store.write(set_company_active, 1, moment_text(gateway.clock()), active=active)

    apart(work())


def apart(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, which runs in a thread and a loop of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
