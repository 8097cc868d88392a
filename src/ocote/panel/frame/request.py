"""One request of a person to the panel, as the pages read it."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any, Final, cast

from msgspec import Struct
from msgspec.structs import replace
from starlette.datastructures import FormData, QueryParams
from starlette.types import Receive, Scope
from wtforms import Form
from wtforms.csrf.core import CSRFTokenField
from wtforms.csrf.session import SessionCSRF

from ocote.audit import Author
from ocote.companies.caller import Caller
from ocote.documents.view import Refused
from ocote.panel.frame import cookies
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.cookies import Cookies
from ocote.panel.frame.navigation import NavGroup, navigation
from ocote.panel.frame.panel_form import PanelForm
from ocote.panel.frame.rendering import html, rendered, said, static_files
from ocote.panel.services import PanelServices
from ocote.people.person import Language, Membership, PanelPerson, Session
from ocote.people.sessions import Client
from ocote.people.site import Site, site_at
from ocote.web.response import Header, Response
from ocote.web.transport import address_of

_STYLES: Final = ("panel.css",)
_SCRIPTS: Final = ("htmx.min.js", "panel.js")
_FRAMED_BY_A_COMPANY: Final = ("/account", "/c/")
_LONGEST_NOTICE: Final = 600
_TONES: Final = ("good", "waiting", "bad", "info")


class Notice(Struct, frozen=True):
    """A message at the top of a page: its tone is ``good``, ``waiting``, ``bad`` or ``info``."""

    tone: str
    text: str


class CompanyLink(Struct, frozen=True):
    """A company of a person, in the switch of companies."""

    href: str
    name: str
    environment: str
    is_current: bool


class FramePage(Struct, frozen=True):
    """The values that the frame of every page shows."""

    base: str
    language: Language
    nonce: str
    csrf: str
    path: str
    person: PanelPerson | None
    company: Membership | None
    companies: tuple[CompanyLink, ...]
    nav: tuple[NavGroup, ...]
    notices: tuple[Notice, ...]
    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    theme: str = ""


class _TokenForm(PanelForm):
    class Meta:
        csrf = True
        csrf_class = SessionCSRF
        csrf_time_limit = None


class Visit(Struct, frozen=True):
    """The admitted request before a page reads it: the parts of its path, who comes, and the secrets of this visit.

    ``token_seed`` belongs to the session, or to the browser of a guest; ``known`` are the paths of the panel.
    """

    parts: Mapping[str, Any]
    known: Collection[str]
    session: Session | None
    membership: Membership | None
    language: Language
    is_secure: bool
    nonce: str
    token_seed: str
    token_secret: bytes
    notice: str | None
    theme: str = ""


class PanelRequest:
    """A request that the gate has admitted, with the person, the company and the form.

    ``headers`` collects the headers that the answer gets beside its own.
    """

    def __init__(self, scope: Scope, receive: Receive, services: PanelServices, signer: Cookies, visit: Visit) -> None:
        self.scope = scope
        self.receive = receive
        self.services = services
        self.visit = visit
        self.headers: list[Header] = []
        self.form = FormData()
        self.query = QueryParams(scope["query_string"])
        self._cookies = signer
        self._notices: list[Notice] = []

    @property
    def method(self) -> str:
        """The method, ``GET`` for HEAD too."""
        return "GET" if self.scope["method"] == "HEAD" else str(self.scope["method"])

    @property
    def path(self) -> str:
        """The path with its query, as a link inside the panel."""
        query = self.scope["query_string"].decode("latin-1")
        return f"{self.scope['path']}?{query}" if query else str(self.scope["path"])

    @property
    def session(self) -> Session:
        """The session of the person. Raises Refused on a page that anyone may see, when nobody has logged in."""
        if self.visit.session is None:
            raise Refused("page_not_found")
        return self.visit.session

    @property
    def person(self) -> PanelPerson:
        """The person who has logged in."""
        return self.session.person

    @property
    def membership(self) -> Membership:
        """The person's role in the company of the page. Raises Refused on a page of no company."""
        if self.visit.membership is None:
            raise Refused("page_not_found")
        return self.visit.membership

    @property
    def company_id(self) -> int:
        """The company of the page."""
        return self.membership.company_id

    @property
    def is_fragment(self) -> bool:
        """Whether a script asks for the part of the page that changes, and not for a whole page."""
        return any(name == b"hx-request" for name, _ in self.scope["headers"])

    @property
    def client(self) -> Client:
        """The address and the browser of the person."""
        agent = next((value for name, value in self.scope["headers"] if name == b"user-agent"), b"")
        return Client(address_of(self.scope), agent.decode("latin-1"))

    @property
    def author(self) -> Author:
        """The person as the audit log names them."""
        return Author(self.person.email, address_of(self.scope), self.person.id)

    @property
    def origin(self) -> str:
        """The beginning of links for others: as it is configured, or the address at which the person is."""
        return self.services.base_url or self._visited

    @property
    def site(self) -> Site:
        """The address of the panel, as browsers bind passkeys to it."""
        return site_at(self.origin, self._visited)

    def part(self, name: str) -> Any:
        """The value of a part of the path."""
        return self.visit.parts[name]

    def say(self, text: str) -> str:
        """A Spanish text in the language of the person."""
        return said(self.visit.language, text)

    def link(self, path: str) -> str:
        """The address of a page of the company: ``link("/documents")``."""
        return f"{PANEL_PATH}/c/{self.company_id}{path}"

    def caller(self, point: str = "") -> Caller:
        """The person as the services know them, at a point of sale (``M001P001``) where the operation needs one.

        Raises Refused for a point of sale that the person's role does not reach.
        """
        if point and not self.membership.reaches(point):
            raise Refused("right_missing")
        return Caller(
            company_id=self.company_id,
            environment=self.membership.environment,
            branch_code=point[:4],
            pos_code=point[4:],
            name=self.person.email,
            author=self.author,
            points=self.membership.points,
        )

    def notify(self, tone: str, text: str) -> None:
        """Shows a message at the top of the page that this request renders."""
        self._notices.append(Notice(tone, self.say(text)))

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """The response with a whole page: ``page("documents/list.html", …)``."""
        return html(status, self._rendered(template, None, values))

    def static(self, name: str) -> str:
        """The address of a file that a page loads beside those that every page loads."""
        return static_files()[name].href

    def fragment(self, template: str, block: str, status: int = 200, **values: Any) -> Response:
        """The response with one block of a template, for a script that replaces a part of the page."""
        return html(status, self._rendered(template, block, values))

    def redirect(self, href: str, notice: str = "", tone: str = "good") -> Response:
        """Leads to another page after a change; ``notice`` is shown there once. A script loads the whole page."""
        headers: list[Header] = [(b"hx-redirect" if self.is_fragment else b"location", href.encode())]
        if notice:
            value = f"{tone}|{self.say(notice)[:_LONGEST_NOTICE]}"
            headers.append(self._cookies.written(cookies.NOTICE, _cookie_text(value), is_secure=self.visit.is_secure))
        return Response(200 if self.is_fragment else 303, b"", b"text/plain", tuple(headers))

    def enter(self, session: Session, secret: str) -> None:
        """Goes on in a session that has just begun: its cookie is set, and pages carry its token."""
        self.set_cookie(cookies.SESSION, secret)
        self.visit = replace(
            self.visit, session=session, token_seed=token_seed(secret), language=session.person.language
        )

    def stand_in(self, session: Session) -> None:
        """Goes on in a session whose cookie the browser held back, because the request came from another site."""
        # The id of a session is the hash of its secret, as the seed of its tokens is.
        self.visit = replace(self.visit, session=session, token_seed=session.id, language=session.person.language)

    def set_cookie(self, kind: str, value: str) -> None:
        """Sets a signed cookie of the panel with the answer."""
        self.headers.append(self._cookies.written(kind, value, is_secure=self.visit.is_secure))

    def cookie(self, kind: str) -> str | None:
        """The value of a signed cookie of the panel; None when the browser has none."""
        header = next((value for name, value in self.scope["headers"] if name == b"cookie"), b"").decode("latin-1")
        return self._cookies.read(header, kind, is_secure=self.visit.is_secure)

    def remove_cookie(self, kind: str) -> None:
        """Removes a cookie of the panel with the answer."""
        self.headers.append(self._cookies.removed(kind, is_secure=self.visit.is_secure))

    def token_is_right(self) -> bool:
        """Whether the form has the token of the session."""
        sent = self.form.get("csrf_token")
        form = self._token_form({"csrf_token": sent if isinstance(sent, str) else ""})
        return bool(form.validate())

    @property
    def _visited(self) -> str:
        host = next((value for name, value in self.scope["headers"] if name == b"host"), b"").decode("latin-1")
        return f"{self.scope['scheme']}://{host}"

    def _token_form(self, data: Mapping[str, str] | None = None) -> Form:
        meta = {"csrf_secret": self.visit.token_secret, "csrf_context": {"csrf": self.visit.token_seed}}
        return _TokenForm(FormData(data) if data is not None else None, meta=meta)

    def _rendered(self, template: str, block: str | None, values: Mapping[str, Any]) -> str:
        return rendered(self.visit.language, template, block, {"page": self._page(), "request": self, **values})

    def _company_around(self, below: str) -> Membership | None:
        """The company whose navigation stays around a person's account and around a page that does not exist.

        It is the one of the path, or that of the page from which the person came, or their first one.
        """
        session = self.visit.session
        if session is None or not below.startswith(_FRAMED_BY_A_COMPANY):
            return None
        sent = next((value for name, value in self.scope["headers"] if name == b"referer"), b"").decode("latin-1")
        memberships = session.person.memberships
        for path in (below, sent.partition(PANEL_PATH)[2]):
            for each in memberships:
                if f"{path.partition('?')[0]}/".startswith(f"/c/{each.company_id}/"):
                    return each
        return memberships[0] if memberships else None

    def _page(self) -> FramePage:
        visit, files = self.visit, static_files()
        person = visit.session.person if visit.session is not None else None
        below = str(self.scope["path"]).removeprefix(PANEL_PATH)
        company = visit.membership or self._company_around(below)
        shown = [*_notice(visit.notice), *self._notices]
        if visit.notice is not None:
            self.remove_cookie(cookies.NOTICE)
        return FramePage(
            base=PANEL_PATH,
            language=visit.language,
            nonce=visit.nonce,
            csrf=str(cast("CSRFTokenField", self._token_form()["csrf_token"]).current_token),
            path=self.path,
            person=person,
            company=company,
            companies=tuple(_company_link(each, company) for each in person.memberships) if person else (),
            nav=navigation(visit.known, person, company, below) if person else (),
            notices=tuple(shown),
            styles=tuple(files[name].href for name in _STYLES),
            scripts=tuple(files[name].href for name in _SCRIPTS),
            theme=visit.theme,
        )


def token_seed(secret: str) -> str:
    """The seed of the tokens of forms: the secret of a session or of a guest's browser, hashed."""
    return sha256(secret.encode()).hexdigest()


def _company_link(membership: Membership, current: Membership | None) -> CompanyLink:
    return CompanyLink(
        f"{PANEL_PATH}/c/{membership.company_id}",
        membership.company_name,
        membership.environment,
        membership == current,
    )


def _cookie_text(text: str) -> str:
    """A text in the characters that a cookie may have."""
    return text.encode("utf-8").hex()


def _notice(kept: str | None) -> list[Notice]:
    if kept is None:
        return []
    tone, _, text = bytes.fromhex(kept).decode("utf-8").partition("|")
    return [Notice(tone if tone in _TONES else "info", text)]
