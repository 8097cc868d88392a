"""The pages that need no key: the OpenAPI document and its viewer, served without other sites under a strict policy."""

from importlib import resources

from ocote.api.openapi import document
from ocote.web.response import JSON, Header, Response

_PACKAGE = "mkdocs_swagger_ui_tag"
"""A package that is used for its files alone; nothing of it is run."""

_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: tuple[Header, ...] = ((b"content-security-policy", _POLICY),)
_FRESH: tuple[Header, ...] = (*_HEADERS, (b"cache-control", b"no-cache"))
_KEPT: tuple[Header, ...] = (*_HEADERS, (b"cache-control", b"public, max-age=86400"))

_HTML = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ocote API Connect</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="reader"></div>
<noscript>This reader needs JavaScript; the document itself is at <a href="openapi.json">openapi.json</a>.</noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""

_START = """\
"use strict";
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#reader",
  deepLinking: true,
  validatorUrl: null,
  displayRequestDuration: true,
  persistAuthorization: false
});
"""

_FILES = {
    "swagger-ui.css": ("swagger-ui/stylesheets", b"text/css; charset=utf-8"),
    "swagger-ui-bundle.js": ("swagger-ui/javascripts", b"text/javascript; charset=utf-8"),
}
"""The folder in the package, and the media type, of each file of Swagger UI."""


def public_pages() -> dict[bytes, Response]:
    """Every page by its path below ``/api/connect``."""
    pages = {
        b"/openapi.json": Response(200, document(), JSON, _FRESH),
        b"/docs": Response(200, _HTML.encode(), b"text/html; charset=utf-8", _FRESH),
        b"/docs/start.js": Response(200, _START.encode(), b"text/javascript; charset=utf-8", _FRESH),
    }
    for name, (folder, media_type) in _FILES.items():
        content = (resources.files(_PACKAGE) / folder / name).read_bytes()
        pages[f"/docs/{name}".encode()] = Response(200, content, media_type, _KEPT)
    return pages
