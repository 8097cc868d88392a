"""Faults that the panel shows to people."""

from ocote.errors.entry import Entry


def _shown(code: str, status: int, message: str, cause: str, remedy: str) -> Entry:
    return Entry(code, "panel", status, message, cause, remedy)


PANEL = (
    _shown(
        "login_failed",
        403,
        "El correo o la contraseña no coinciden",
        "No active person has this e-mail address and this password.",
        "Try again, or ask an owner of the company for a new invitation.",
    ),
    _shown(
        "login_locked",
        429,
        "Demasiados intentos seguidos; espere {wait} y pruebe de nuevo",
        "Somebody failed several times in a row to log in under this e-mail address, whether it is of a person or not.",
        "Wait; the pause doubles with each further failure, up to 15 minutes. A success ends the count.",
    ),
    _shown(
        "login_too_many",
        429,
        "Desde su dirección de internet se probó demasiadas veces; espere {wait}",
        "More attempts to log in came from one address than people make.",
        "Wait until the minute or the hour is over.",
    ),
    _shown(
        "login_expired",
        403,
        "Pasó mucho tiempo desde que escribió su contraseña; entre de nuevo",
        "The code of the second step came more than five minutes after the password, or the password was changed.",
        "Log in again.",
    ),
    _shown(
        "code_failed",
        403,
        "El código no coincide o ya se usó; espere el siguiente de su aplicación",
        "The code is not one of this minute, or was used before; the clock of the telephone may be wrong.",
        "Wait for the next code, set the clock of the telephone, or use a recovery code.",
    ),
    _shown(
        "confirm_failed",
        403,
        "La contraseña no coincide",
        "The password is not the one of the person who has logged in.",
        "Try again.",
    ),
    _shown(
        "second_factor_on",
        409,
        "El segundo paso ya está encendido",
        "Another page of the person has switched the second factor on meanwhile.",
        "Nothing; to use another authenticator, switch it off first.",
    ),
    _shown(
        "invitation_invalid",
        404,
        "Este enlace ya se usó, venció o se anuló; pida otro a quien le invitó",
        "The link of an invitation was used, is older than 72 hours, was taken back, or was never made.",
        "Ask an owner of the company, or the operator, for a new invitation.",
    ),
    _shown(
        "invitation_for_another",
        403,
        "Esta invitación es para otro correo; salga y acéptela con la cuenta de ese correo",
        "The invitation names an e-mail address, and somebody with another one has logged in.",
        "Log out, and open the link again.",
    ),
    _shown(
        "person_known",
        409,
        "Ya hay una cuenta con este correo; entre con ella y acepte la invitación",
        "A person with this e-mail address has an account.",
        "Log in with the link below the form; the invitation adds the role to the account.",
    ),
    _shown(
        "last_owner",
        409,
        "La empresa se quedaría sin propietario; dé antes ese rol a otra persona",
        "The change would leave the company without an active owner.",
        "Make somebody else an owner first.",
    ),
    _shown(
        "role_changed_meanwhile",
        409,
        "Otra persona cambió este rol mientras usted lo veía; revise cómo quedó y repita",
        "The role is not the one that the page had shown.",
        "Look at the page again and repeat the change, if it is still wanted.",
    ),
    _shown(
        "page_not_found",
        404,
        "No existe esta página, o no es de una empresa suya",
        "The address is wrong, or belongs to a company in which the person has no role.",
        "Go back to the panel and follow its links.",
    ),
    _shown(
        "right_missing",
        403,
        "Su rol en esta empresa no permite esta acción; pídala a una persona propietaria",
        "The role of the person does not have the right that the page needs.",
        "Ask an owner of the company to do it, or for another role.",
    ),
    _shown(
        "form_from_elsewhere",
        403,
        "Este formulario no salió de una página suya, o su sesión ha cambiado; abra la página de nuevo y repita",
        "A form came without the token of the session, or from another site.",
        "Open the page again and send the form from there.",
    ),
    _shown(
        "upload_too_large",
        413,
        "Lo enviado es demasiado grande; el máximo aquí es {limit}",
        "The body of a form is larger than its page takes.",
        "Choose a smaller file.",
    ),
    _shown(
        "form_unreadable",
        400,
        "El formulario llegó dañado; vuelva a la página y envíelo de nuevo",
        "The body of a form is not what a browser sends.",
        "Send the form from its page.",
    ),
    _shown(
        "closing_busy",
        409,
        "Otra persona acaba de cerrar esta caja; abra de nuevo la página antes de cerrar otra vez",
        "A Z cut of the point of sale was made between the reading and the closing.",
        "Look at the cut that was made, and close again only what came after it.",
    ),
    _shown(
        "closing_not_found",
        404,
        "No existe ese cierre de esta caja",
        "The point of sale has no Z cut with this number.",
        "Look for the cut in the list of closings.",
    ),
)
