"""Faults found before an operation is read: transport, key, rate limit, route."""

from ocote.errors.entry import Entry

ACCESS = (
    Entry(
        "http_malformed",
        "access",
        400,
        "La solicitud no es HTTP válido o es demasiado larga. En la dirección codifique con porcentaje, en UTF-8, los "
        "espacios y todo lo que no sea ASCII: usulután se escribe usulut%C3%A1n; en los encabezados no envíe "
        "caracteres de control, y envíe Host una sola vez. La dirección con sus parámetros admite 8 KiB; los "
        "encabezados son 100 a lo sumo y, con ella, 64 KiB.",
        "The request line or a header holds a character that HTTP does not allow, most often a letter with an accent "
        "or a blank that is not percent-encoded in the URL. Or a bound is passed: 8 KiB for "
        "path and query, 64 KiB and 100 headers for a head, 16 requests sent ahead of their answers, 1,024 chunks and "
        "one for each 64 bytes of a body. Or the client does not use HTTP/1.1, or sends no Host or more than one. The "
        "connection is closed.",
        "Percent-encode path and query as UTF-8, best with the encoding function of the HTTP library. Send less in "
        "the URL, and fewer and shorter headers, cookies included. Send a body with Content-Length or in chunks of "
        "some KiB.",
    ),
    Entry(
        "https_required",
        "access",
        403,
        "Solo se acepta HTTPS; repita la solicitud con https://",
        "The request came over plain HTTP. The gateway refuses it instead of redirecting it, because a redirect would "
        "hide that the key travels in clear text.",
        "Call the https:// address. For development on one machine start the gateway with OCOTE_ALLOW_HTTP=on. Behind "
        "a proxy that ends TLS, name it in OCOTE_TRUSTED_PROXIES and let it send X-Forwarded-Proto.",
    ),
    Entry(
        "key_missing",
        "access",
        401,
        "Falta la clave de API: envíe el encabezado Authorization: Bearer odt_…",
        "There is no Authorization header of the form Bearer <key>.",
        "Send the header on every call. Only /file reads the query parameter key, which is deprecated.",
    ),
    Entry(
        "key_malformed",
        "access",
        401,
        "La clave de API no tiene la forma correcta: odt_ seguido de 56 caracteres hexadecimales en minúscula",
        "The key was cut, changed in case, or is a credential of another service.",
        "Copy the whole key again; it has 60 characters.",
    ),
    Entry(
        "key_unknown",
        "access",
        401,
        "La clave de API no existe o fue desactivada",
        "No enabled key has this value. Unknown and disabled keys get an identical answer on purpose.",
        "Check the key with the operator; ocote key create makes a new key.",
    ),
    Entry(
        "company_disabled",
        "access",
        401,
        "La empresa de esta clave de API está desactivada",
        "The key is right but its company is disabled.",
        "Ask the operator to enable the company.",
    ),
    Entry(
        "rate_limit_minute",
        "access",
        429,
        "Limite de {limit} requests por minuto excedido",
        "The key has used all requests of this minute. The window begins with the first request and lasts 60 seconds; "
        "refused calls do not count.",
        "Wait the seconds of Retry-After. The operator may raise the limit of a key.",
    ),
    Entry(
        "rate_limit_hour",
        "access",
        429,
        "Limite de {limit} requests por hora excedido",
        "The key has used all requests of this hour.",
        "Wait the seconds of Retry-After, which run to the end of the hour window.",
    ),
    Entry(
        "route_unknown",
        "access",
        404,
        "No existe la ruta {path}; {remedy}",
        "No endpoint has this path. A reference with a slash must be percent-encoded (%2F).",
        "Compare the path with /api/connect/docs.",
    ),
    Entry(
        "method_not_allowed",
        "access",
        405,
        "Método {method} no permitido en esta ruta; use {allowed}",
        "The endpoint exists, but not for this method. The Allow header names the right method.",
        "Use the method of the Allow header.",
    ),
    Entry(
        "internal_error",
        "access",
        500,
        "Error interno; reintente en unos segundos con el mismo external_ref. Identificador: {request_id}",
        "A fault of the gateway itself. Its log holds the details under the identifier.",
        "Retry after some seconds with the same external_ref, which is safe. If the error lasts, give the operator the "
        "identifier.",
    ),
    Entry(
        "journal_unavailable",
        "access",
        503,
        "El diario de documentos no se puede escribir y sin él no se emite; reintente en unos segundos con el mismo "
        "external_ref",
        "What is signed has to be in the journal of OCOTE_JOURNAL_DIR before MH gets it, and that disk is "
        "full or missing. Nothing was stored, no number was used.",
        "Retry after the seconds of Retry-After. The operator sees the cause in the log and with 'ocote doctor'.",
    ),
    Entry(
        "service_unavailable",
        "access",
        503,
        "El servicio no está disponible; reintente en unos segundos con el mismo external_ref",
        "The gateway's database does not answer.",
        "Retry after the seconds of Retry-After with the same external_ref, which is safe. The operator sees the cause "
        "at /health/ready, from the gateway's own machine.",
    ),
)
