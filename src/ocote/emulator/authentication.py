"""``POST /seguridad/auth`` (protocol.md 2)."""

from urllib.parse import parse_qs

from ocote.emulator.http import About, Reply, Request, json_reply
from ocote.emulator.ministry import Ministry
from ocote.emulator.tokens import Bearer

FORM = "application/x-www-form-urlencoded"
_ROLE = {
    "nombre": "Usuario",
    "codigo": "ROLE_USER",
    "descripcion": None,
    "rolSuperior": None,
    "nivel": None,
    "activo": None,
    "permisos": None,
}


def authenticate(ministry: Ministry, request: Request, _: Bearer | None) -> Reply:
    """Answer a login with a token for the API user, or with HTTP 200 and an error when the login fails."""
    if request.media_type != FORM:
        return ministry.refusal(415, request)
    form = parse_qs(request.body.decode("utf-8", errors="replace"), keep_blank_values=True)
    user, password = form.get("user", [""])[0], form.get("pwd", [""])[0]
    companies = ministry.registry.with_credentials(user, password)
    if not companies:
        failed = {"status": "ERROR", "error": "Unauthorized", "message": "Usuario no valido"}
        return json_reply(200, failed, About(state="ERROR"))
    body = {
        "user": user,
        "token": ministry.tokens.issue(companies, ministry.clock.now(), ministry.policy.token_lifetime_s),
        "rol": _ROLE,
        "roles": ["ROLE_USER"],
        "tokenType": "Bearer",
    }
    return json_reply(200, {"status": "OK", "body": body}, About(state="OK"))
