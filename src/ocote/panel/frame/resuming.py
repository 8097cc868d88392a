"""A form that came when the session had ended: its fields wait on the page to log in, and nothing is lost."""

from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct
from starlette.datastructures import FormData

from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.request import PanelRequest
from ocote.web.response import Response

PATH_FIELD: Final = "resume-path"
_PREFIX: Final = "resume-field-"
_NEVER_KEPT: Final = ("csrf_token", PATH_FIELD)
_SECRETS: Final = ("password", "code", "secret")
"""Parts of the names of fields that are typed again: they are never written into a page."""


class Resumed(Struct, frozen=True):
    """The form to send again: the path of its page and its fields. Files are chosen again."""

    path: str
    fields: tuple[tuple[str, str], ...]


def interrupted(path: str, form: FormData) -> Resumed:
    """The form of a request that could not be taken."""
    fields = tuple(
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str) and name not in _NEVER_KEPT and not any(each in name for each in _SECRETS)
    )
    return Resumed(path, fields)


def kept_in(form: FormData) -> Resumed | None:
    """The form that waits on the page to log in, which sends it along; None when no form waits."""
    path = form.get(PATH_FIELD)
    if not isinstance(path, str) or safe_path(path) != path:
        return None
    fields = tuple(
        (name.removeprefix(_PREFIX), value)
        for name, value in form.multi_items()
        if name.startswith(_PREFIX) and isinstance(value, str)
    )
    return Resumed(path, fields)


def hidden_fields(resumed: Resumed | None) -> tuple[tuple[str, str], ...]:
    """The fields under which a waiting form travels with another form."""
    if resumed is None:
        return ()
    return ((PATH_FIELD, resumed.path), *((_PREFIX + name, value) for name, value in resumed.fields))


def resume_page(request: PanelRequest, resumed: Resumed, status: int = 200) -> Response:
    """The page from which a waiting form is sent again, with the token of the present session."""
    return request.page("login/resume.html", status, resumed=resumed)


def safe_path(asked: str) -> str:
    """A path inside the panel to go to after logging in; the panel itself for every other address."""
    try:
        parts = urlsplit(asked)
    except ValueError:  # of an address such as "//["
        return PANEL_PATH
    is_inside = parts.path == PANEL_PATH or parts.path.startswith(f"{PANEL_PATH}/")
    has_odd_part = "\\" in asked or any(ord(letter) < 33 for letter in asked)
    return asked if is_inside and not parts.netloc and not parts.scheme and not has_odd_part else PANEL_PATH
