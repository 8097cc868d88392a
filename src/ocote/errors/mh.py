"""The tax authority's own codes (``codigoMsg``), explained to a person."""

from ocote.errors.entry import MhEntry

MH_CODES = (
    MhEntry(
        "001",
        "RECIBIDO",
        "MH recibió el documento y le dio sello.",
        "Nothing to do.",
    ),
    MhEntry(
        "002",
        "RECIBIDO CON OBSERVACIONES",
        "MH recibió el documento y le dio sello, con advertencias que conviene leer. El documento es válido.",
        "Read observaciones and correct the data of later documents.",
    ),
    MhEntry(
        "003",
        "[campo] VALOR NO VALIDO",
        "El campo señalado tiene un valor que MH no admite.",
        "Correct the field and send again with the same external_ref.",
    ),
    MhEntry(
        "004",
        "[campo] YA EXISTE UN REGISTRO CON ESE VALOR",
        "MH ya tiene un documento con ese código de generación o número de control.",
        "The gateway asks MH for the stored stamp and treats the document as accepted. When MH has none, another "
        "document bears the control number: the gateway takes the next numbers, up to eight in one call, and says so "
        "in `warnings`. If the document is still rejected, send it again under its `external_ref`, and let the "
        "operator set the counter with `ocote number set`.",
    ),
    MhEntry(
        "005",
        "[campo] DEBE PROPORCIONAR UN VALOR",
        "Falta un dato obligatorio, o el emisor no está autorizado para este tipo de documento.",
        "Fill the field that the message names. If it names no field, ask MH whether the issuer may issue this type.",
    ),
    MhEntry(
        "006",
        "[campo] FORMATO NO VALIDO",
        "Un dato no tiene la forma que MH espera, o la firma no es válida o venció.",
        "Correct the field that the message names. If the message names the signature, check the certificate with "
        "ocote doctor.",
    ),
    MhEntry(
        "007",
        "[campo] VALOR NO ES PERMITIDO",
        "El valor no está en el catálogo, o no corresponde con otro campo; es frecuente en el distrito.",
        "Send district, which determines department and municipality.",
    ),
    MhEntry(
        "008",
        "[campo] NO CORRESPONDE A CONTRIBUYENTE",
        "El dato no pertenece al contribuyente; por ejemplo, el NRC no es el de ese NIT.",
        "Compare NIT and NRC with the customer's registration card.",
    ),
    MhEntry(
        "009",
        "NIT CONTRIBUYENTE NO EXISTE",
        "MH no conoce ese NIT. El ambiente de pruebas solo conoce algunos.",
        "Check the number; in the test environment use a NIT that MH knows there.",
    ),
    MhEntry(
        "010",
        "CONTRIBUYENTE NO SE ENCUENTRA ACTIVO",
        "El contribuyente está dado de baja o suspendido.",
        "Ask the customer about the customer's registration at MH.",
    ),
    MhEntry(
        "011",
        "NO ES CONTRIBUYENTE IVA",
        "El cliente no está inscrito en IVA y no puede recibir un crédito fiscal.",
        "Issue an invoice (01).",
    ),
    MhEntry(
        "012",
        "NO EXISTE EVENTO DE CONTINGENCIA",
        "El documento dice ser de contingencia, pero MH no tiene el evento que lo ampara.",
        "The gateway files the event itself; ocote contingency show prints its state.",
    ),
    MhEntry(
        "013",
        "NO ESTA ENTRE PERIODO REPORTADO EN EVENTO DE CONTINGENCIA",
        "La fecha del documento queda fuera del período que reportó el evento de contingencia.",
        "ocote contingency show prints the reported period. Send the document again with the same external_ref: the "
        "gateway then issues it like any other document.",
    ),
    MhEntry(
        "014",
        "NO EXISTE UN REGISTRO CON ESTE DATO",
        "MH no tiene el documento relacionado que se indicó.",
        "Check that the related document is stamped in the same environment.",
    ),
    MhEntry(
        "015",
        "DOCUMENTO SE ENCUENTA ANULADO",
        "El documento relacionado ya está invalidado.",
        "Name a related document that is not invalidated.",
    ),
    MhEntry(
        "016",
        "MONTO DE OPERACIÓN ES MAYOR AL DOCUMENTO RELACIONADO",
        "Las notas suman más que el documento que ajustan.",
        "Lower the amounts of the note.",
    ),
    MhEntry(
        "017",
        "FECHA NO ES CORRECTA",
        "La fecha de emisión no es aceptable para MH.",
        "Check the clock of the server.",
    ),
    MhEntry(
        "018",
        "FECHA FUERA DE PLAZO PERMITIDO",
        "El plazo para esta operación ya venció.",
        "See the windows for invalidations and notes in the documentation.",
    ),
    MhEntry(
        "019",
        "ERROR EN CORRELATIVO",
        "MH no acepta el correlativo del número de control.",
        "Ask the operator to check the counter of the point of sale.",
    ),
    MhEntry(
        "020",
        "[campo] CALCULO INCORRECTO",
        "Un total no coincide con las líneas según el cálculo de MH.",
        "The gateway computes the amounts: report the error to the operator with the document.",
    ),
    MhEntry(
        "021",
        "NO SE PUEDE VALIDAR CAMPO",
        "MH no pudo revisar un dato.",
        "Send again later with the same external_ref.",
    ),
    MhEntry(
        "022",
        "[firma] SERVICIO DE VALIDACION DE FIRMA NO DISPONIBLE",
        "El servicio de MH que revisa las firmas está caído.",
        "Send again later with the same external_ref.",
    ),
    MhEntry(
        "023",
        "FALTAN DATOS PARA VALIDAR INFORMACION",
        "A MH le faltaron datos para revisar el documento.",
        "Complete the customer's data and send again.",
    ),
    MhEntry(
        "024",
        "VALOR EN CAMPO NO APLICA",
        "Un campo lleva un valor que no corresponde a este tipo de documento.",
        "Leave out the field that the message names.",
    ),
    MhEntry(
        "025",
        "VALORES REPETIDOS",
        "Un valor que debe ser único aparece más de una vez.",
        "Remove the repetition that the message names.",
    ),
    MhEntry(
        "026",
        "NO SE PERMITEN VALORES DIFERENTES",
        "Valores que deben ser iguales son distintos.",
        "Make the values that the message names equal.",
    ),
    MhEntry(
        "027",
        "[campo] DATO NO COINCIDE CON DTE",
        "Un dato del evento no es igual al del documento que toca.",
        "Report the error to the operator: the gateway copies these data from the document.",
    ),
    MhEntry(
        "028",
        "DTE ESTA RELACIONADO CON OTRO DTE",
        "Otro documento vivo, por ejemplo una nota de crédito, depende de este.",
        "Invalidate the other document first.",
    ),
    MhEntry(
        "089",
        "ACTIVIDAD ECONÓMICA INCORRECTA",
        "El código de actividad económica no es correcto.",
        "Look the code up with GET /catalogs/activities.",
    ),
    MhEntry(
        "092",
        "TIPO DE DOCUMENTO DEL RECEPTOR INCORRECTO",
        "El tipo de documento de identidad del cliente no es correcto.",
        "Send nit for a NIT and dui for a DUI.",
    ),
    MhEntry(
        "094",
        "NÚMERO DE DOCUMENTO DEL RECEPTOR INCORRECTO",
        "El número de identidad del cliente no es correcto.",
        "Compare the number with the customer's document.",
    ),
    MhEntry(
        "095",
        "NRC DEL RECEPTOR INCORRECTO",
        "El NRC del cliente es incorrecto o MH no lo conoce.",
        "Compare the number with the customer's registration card.",
    ),
    MhEntry(
        "096",
        "DOCUMENTO NO CUMPLE ESQUEMA JSON",
        "El documento no cumple el esquema de MH; las observaciones señalan cada campo.",
        "Correct the fields in observaciones (often the customer's e-mail or telephone) and send again with the same "
        "external_ref.",
    ),
    MhEntry(
        "097",
        "NO SE HA PROPORCIONADO DATOS PARA VALIDAR",
        "MH no recibió datos que revisar, o la fecha de emisión no es correcta.",
        "Check the clock of the server and send again.",
    ),
    MhEntry(
        "098",
        "DATOS NO CUMPLEN ESTANDAR JSON",
        "MH no pudo leer el documento, o el total no es la suma de las líneas.",
        "Report the error to the operator with the document.",
    ),
    MhEntry(
        "099",
        "ERROR NO CATALOGADO",
        "MH rechazó el documento sin un motivo de su tabla; a veces, por la retención.",
        "Read observaciones; if they are empty, report the error to the operator.",
    ),
    MhEntry(
        "100",
        "ERROR USUARIO INCORRECTO",
        "El usuario de MH de la empresa no es correcto.",
        "The operator corrects user and password in the company file.",
    ),
    MhEntry(
        "101",
        "ERROR CONTACTAR CON SOPORTE TÉCNICO",
        "MH tiene una falla propia.",
        "Wait; the gateway keeps trying. If the error lasts, write to MH's support.",
    ),
    MhEntry(
        "102",
        "ERROR NO SE PUDO AUTENTICAR EL USUARIO",
        "MH no aceptó el usuario y la contraseña de la empresa.",
        "The operator corrects user and password in the company file.",
    ),
    MhEntry(
        "103",
        "CONTRASEÑA EXPIRADA, POR FAVOR ACTUALIZAR",
        "La contraseña de la empresa en MH venció.",
        "Change the password at MH and give the new password to the operator.",
    ),
    MhEntry(
        "104",
        "ERROR EN ACTUALIZACIÓN DE CONTRASEÑA",
        "MH no pudo cambiar la contraseña.",
        "Change the password again at MH.",
    ),
    MhEntry(
        "105",
        "LA NUEVA CONTRASEÑA Y LA CONFIRMACIÓN DEBE SER LA MISMA",
        "La contraseña nueva y su confirmación son distintas.",
        "Change the password again at MH.",
    ),
    MhEntry(
        "106",
        "CREDENCIALES INVÁLIDAS",
        "MH no aceptó el usuario y la contraseña de la empresa.",
        "The operator corrects user and password in the company file.",
    ),
    MhEntry(
        "107",
        "ERROR TOKEN INVÁLIDO",
        "La sesión con MH ya no vale.",
        "Nothing to do: the gateway opens a new session.",
    ),
    MhEntry(
        "108",
        "ERROR TOKEN ES REQUERIDO",
        "A la solicitud le faltó la sesión con MH.",
        "Nothing to do: the gateway opens a new session.",
    ),
    MhEntry(
        "109",
        "ERROR EN GENERACION DE TOKEN",
        "MH no pudo abrir la sesión.",
        "Wait; the gateway keeps trying.",
    ),
    MhEntry(
        "110",
        "ERROR EN TIPO REQUERIDO",
        "MH no entendió la solicitud de sesión.",
        "Report the error to the operator.",
    ),
    MhEntry(
        "111",
        "ERROR EN PARÁMETRO SOLICITADO",
        "MH no entendió un parámetro de la solicitud.",
        "Report the error to the operator.",
    ),
    MhEntry(
        "802",
        "Firma no válida",
        "MH no reconoce la firma: el certificado no es el de este emisor, venció o fue revocado.",
        "Check the certificate with ocote doctor and load the current one.",
    ),
)
