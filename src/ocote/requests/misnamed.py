"""Explains unknown names of a request: the names that were likely meant, and why a value is ignored. Pure.

The tables hold what people write who come from other software: English and Spanish words, and MH's own names. Names are
compared by their letters and digits alone, without case and accents, so that ``externalRef``, ``EXTERNAL_REF`` and
``external-ref`` are one name.
"""

from collections.abc import Collection, Mapping
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import Final

from ocote.dte.catalogs import fold

_LONGEST_NAME: Final = 40
"""A longer name is not compared with anything."""

_LIKELY: Final = 0.78
"""The least likeness of a mistyped name, from 0 to 1 (``SequenceMatcher.ratio``)."""

_MEANT: Final = """
activity_code: actividad, actividadeconomica, activity, codactividad, codigoactividad, economicactivity, giro
address: address1, addressline, complement, complemento, direccion, domicilio, street, streetaddress
amount: importe, monto, montopago, paidamount, valor, value
amount_collected: ivaperci, ivaperci1, ivapercibido, percepcion, vatcollection
amount_exempt: exempt, exenta, exentas, exento, totalexenta, ventaexenta, ventasexentas
amount_income_tax: incometax, incometaxwithheld, isr, renta, reterenta, retencionrenta
amount_not_subject: nosujeta, nosujetas, totalnosuj, ventanosuj, ventasnosujetas
amount_taxable: amount, amountgross, gravada, gravadas, gravado, importe, monto, montototal, net, netamount, subtotal,
 taxable, total, totalamount, totalgravada, ventagravada, ventasgravadas
amount_vat: iva, tax, taxamount, totaliva, vat
amount_withheld: ivarete, ivarete1, ivaretenido, retencion, retention, withheld, withholding
appendix: apendice, apendices, datospropios
bought_for: compradorfinal, compratercero, finalbuyer
charges: anticipo, cargos, fees, nogravado, othercharges, otroscargos, recargos, reembolsos, surcharges
code: codigo, codigoitem, codigoproducto, codproducto, itemcode, productcode, sku
control_number: numerocontrol
country: codigopais, codpais, countrycode, destination, destinationcountry, pais, paisdestino
cursor: nextcursor, offset, page, pagetoken, pagina
customer: billto, buyer, client, cliente, comprador, customerdata, customerinfo, receiver, receptor, recipient
customer_name: buyername, client, cliente, clientname, name, nombre, nombrecliente, razonsocial, receiver
customs_office: aduana, recinto, recintofiscal
date_from: desde, fechadesde, fechainicial, fechainicio, from, since, start, startdate
date_to: end, enddate, fechafin, fechafinal, fechahasta, hasta, to, until
deadline: plazo, term, termunit, unidadplazo
delivered_by: entrega, entregadopor, nombentrega
delivered_by_document: docuentrega, documentoentrega
delivery: deliverto, entrega, extension, handover
department: codigodepartamento, departamento, depto, province, provincia, state
description: articulo, concept, concepto, desc, descripcion, detail, detalle, glosa, itemname, name, nombre, product,
 productname, producto, servicio, text, texto, title
detail: detalle, detalledocumento
discount_amount: descuentoglobal, descuentomonto, discountvalue, globaldiscount, montodescu, montodescuento
discount_percentage: descuento, descuentopct, descuentoporcentaje, discount, discountpct, discountpercent,
 discountrate, dto, porcentajedescuento
district: city, ciudad, codigodistrito, distrito, town
doc_type: documenttype, dtetype, invoicetype, kind, tipo, tipodoc, tipodocumento, tipodte, type
doctors: doctor, medico, medicos
document_id: ccf, ccfid, ccfref, documentoid, documentorelacionado, documentref, externalref, id, iddocumento,
 invoiceid, original, originaldocument, originalid, relateddocument
document_number: docidentificacion, docnumber, documentoidentidad, dui, number, numdoc, numdocumento, numero,
 numerodocumento, pasaporte, passport, passportnumber
document_type: doctype, tipo, tipodoc, tipodocumento, type
documents: anexos, attachments, docasociados, documentos, documentosasociados, otrosdocumentos
domiciled: coddomiciliado, domiciliado, isdomiciled
driver_document: documentoconductor, numcoductor, numconductor
driver_name: conductor, driver, motorista, nombreconductor
dry_run: dry, onlyvalidate, preview, previewonly, prueba, simulacion, simular, simulate, test, validate, validateonly
email: correo, correoelectronico, customeremail, emailaddress, mail
external_ref: clientref, clientreference, externalid, externalreference, folio, id, idempotencykey, identificador,
 invoiceid, invoicenumber, numero, orderid, ordernumber, pedido, ref, reference, referencia, referenciaexterna, uuid
field: campo
format: fileformat, formato, tipo, type
freight: flete, freightcost, shipping
full_adjustment: ajustetotal, complete, full, fullrefund, refundall
generation_code: codigogeneracion, numerodocumento, uuid
include_dte: dte, full, includejson, includeschema, incluirdte, withdte
income_tax_reason: motivoretencion, motivorenta, withholdingreason
income_tax_withheld: incometax, isr, renta, retencionrenta, reterenta
incoterm: codincoterms, incoterms
insurance: insurancecost, seguro
is_service: esservicio, service, servicio
issued_on: date, documentdate, emissiondate, fecemi, fecha, fechaemision, invoicedate, issuedat, issuedate
item_kind: itemtype, tipoitem
item_type: tipoitem, tipoitemexpor
label: etiqueta
limit: cantidad, count, limite, max, pagesize, perpage, porpagina, size, top
lines: articulos, body, conceptos, cuerpo, cuerpodocumento, detail, details, detalle, detalles, invoicelines, items,
 lineas, lineitems, orderlines, productos, products, renglones, rows, servicios
mode: modo, modotransp, modotransporte
month: mes, monthyear, period, periodo, yearmonth
municipality: codigomunicipio, municipio
name: businessname, companyname, customername, fullname, legalname, nombre, nombrecompleto, razonsocial
nit: documento, idtributario, numdocumento, ruc, taxid, taxnumber, tin
note: comentario, comment, comments, description, explicacion, nota, notas, notes, observacion, observaciones, text
nrc: ncr, registro, registroiva, vatid, vatnumber, vatregistration
number: numero, numerodocumento
on_behalf_of: cuentadeterceros, mandante, principal, ventatercero
payment_method: formadepago, formapago, method, metododepago, metodopago, pago, payment, paymentform, paymenttype
payment_number: npe, numeropagoelectronico, numpagoelectronico
payments: formasdepago, formaspago, installments, mpago, pagos, paymentmethods
period: creditdays, days, dias, diascredito, paymentdays, periodo, plazodias, termdays
phone: cel, celular, mobile, phonenumber, tel, telefono, telephone
plate: placa, placatrans
prices_include_vat: coniva, ivaincluido, preciosconiva, pricesincludetax, taxincluded, vatincluded
quantity: cant, cantidad, count, qty, unidades, units
reason: motivo, razon, reasoncode, tipoanulacion, type
received_by: nombrecibe, recibe, recibidopor
received_by_document: documentorecibe, docurecibe
redirect_email: cc, ccemail, copia, copyto, correo, correocopia, email, mail
reference: authorization, autorizacion, numeroreferencia, ref, referencia, voucher
regime: exportregime, regimen
related: documentorelacionado, numerodocumento, relateddocument, relatedindex
related_documents: documentorelacionado, documentosrelacionados, relateddocument
remarks: comentario, comentarios, comment, comments, nota, notas, note, notes, observacion, observaciones
replacement: documentoreemplazo, newdocument, reemplazo, replacedby, replacementid, sustituto
requested_by: requester, solicita, solicitadopor, solicitante
sale_kind: exempt, exemption, exenta, exento, exentos, isexempt, istaxable, noexenta, nosujeta, nosujetas, salestype,
 saletype, taxable, taxexempt, tipoventa, ventaexenta, ventanosuj
search: buscar, filter, filtro, name, nombre, q, query, term, texto
service: tiposervicio
side: coddocasociado
special_tax: codtributo, impuestoespecial
state: estado, status
subject: buyer, client, cliente, customer, excludedsubject, person, proveedor, provider, seller, subjectexcluded,
 sujeto, sujetoexcluido, supplier, vendedor, vendor
suggested_price: msrp, preciosugerido, psv
taxes: cotrans, fovial, impuestos, taxcodes, tributo, tributos, turismo
taxes_included: impuestosincluidos, taxincluded, tributosincluidos
tip: gratuity, propina, propinas, tips
to: address, correo, correos, destinatario, email, emails, mail, recipient, recipients
trade_name: comercialname, nombrecomercial
transaction_condition: condicion, condicionoperacion, condition, paymentcondition, paymentterms, salecondition
transport: transporte, vehicle, vehicles, vehiculo, vehiculos
type: fileformat, filetype, format, formato, kind, tipo
type_contributor: contributortype, contribuyente, taxpayertype, tipocontribuyente
unit: medida, unidad, unidaddemedida, unidadmedida, unimedida, unitcode, unitofmeasure, uom
unit_price: amount, cost, costo, montounitario, precio, precioconiva, preciouni, preciounitario, price, priceperunit,
 pricewithvat, pu, punitario, rate, saleprice, unitamount, unitcost, unitvalue, valor, valorunitario
value: valor
vat_collection: cobroiva, collection, ivaperci, ivaperci1, ivapercibido, percepcion
vehicle_plate: placa, placavehiculo, plate
withholding: ivarete, ivarete1, ivaretenido, retencion, retention, withheld
"""

_NOT_TAKEN: Final[Mapping[str, str]] = {
    "los montos los calcula ocote con cantidad, precio y descuento": """
        amount, amountgross, amountpayable, amounttaxable, amountvat, grandtotal, gravado, importe, iva,
        ivaitem, linetotal, monto, montototal, net, netamount, subtotal, tasa, tax, taxamount, taxrate, total,
        totalamount, totaliva, totalpagar, vat, vatamount, vatrate, ventagravada
    """,
    "el número, los códigos y la fecha los da ocote al emitir": """
        codigogeneracion, controlnumber, correlative, correlativo, date, documentdate, emissiondate, fecemi,
        fecha, fechaemision, generationcode, horaemi, invoicedate, issuedat, issuedate, numerocontrol,
        posteddatetime, timestamp, version
    """,
    "el emisor, la sucursal, el punto de venta y el ambiente los da la llave": """
        ambiente, branch, branchcode, branchid, caja, codestable, codpuntoventa, company, companyid, emisor,
        empresa, environment, establecimiento, issuer, pos, poscode, posid, puntodeventa, puntoventa, store,
        sucursal, terminal, tienda, warehouse
    """,
    "un ensayo se pide en el URL, con ?dry_run=1, y solo al emitir": """
        dryrun, onlyvalidate, previewonly, simulacion, simular, simulate, validateonly
    """,
    "el tipo del documento que se emite lo dice la ruta, y en /invoice doc_type fuera de todo objeto": """
        doctype, tipodte
    """,
    "todo monto es en dólares de los Estados Unidos": """
        currency, currencycode, divisa, exchangerate, moneda, tipocambio, tipomoneda
    """,
}

NO_SUCH_NAME: Final = "este nombre no existe aquí"

_TRIAL: Final = ("dry_run",)


def likely_name(name: str, known: Collection[str]) -> str | None:
    """The known name that an unknown one was most likely meant to be; None when no name is likely."""
    if len(name) > _LONGEST_NAME:
        return None
    bare = _bare(name)
    meant = _meant().get(bare, frozenset())
    intended = next((each for each in known if _bare(each) == bare or each in meant), None)
    return intended if intended is not None or bare in _reasons() else _mistyped(bare, frozenset(known))


def is_a_trial(name: str) -> bool:
    """Whether a name that an endpoint does not read was most likely meant to ask for a trial."""
    return likely_name(name, _TRIAL) is not None


def why_ignored(name: str, known: Collection[str], elsewhere: Mapping[str, str], *, is_of_others: bool = False) -> str:
    """Why a value with an unknown name is ignored: the name that was likely meant, or what ocote does instead.

    ``known`` are the names that may still be sent beside it, ``elsewhere`` names of other objects of the request with
    the place of each. What ocote does instead it does not for a document that ``is_of_others``.
    """
    likely = likely_name(name, known)
    if likely is not None:
        return f"{NO_SUCH_NAME}; ¿quiso decir «{likely}»?"
    reason = None if is_of_others or len(name) > _LONGEST_NAME else _reasons().get(_bare(name))
    if reason is not None:
        return reason
    other = likely_name(name, elsewhere)
    return f"{NO_SUCH_NAME}; ¿quiso decir {elsewhere[other]}?" if other is not None else NO_SUCH_NAME


@lru_cache(4096)
def _bare(name: str) -> str:
    return "".join(filter(str.isalnum, fold(name)))


@lru_cache(4096)
def _mistyped(bare: str, known: frozenset[str]) -> str | None:
    matcher = SequenceMatcher()
    matcher.set_seq2(bare)
    best, likeness = None, _LIKELY
    for each in sorted(known):
        matcher.set_seq1(_bare(each))
        if matcher.real_quick_ratio() >= likeness and matcher.quick_ratio() >= likeness:
            ratio = matcher.ratio()
            if ratio > likeness:
                best, likeness = each, ratio
    return best


@cache
def _meant() -> Mapping[str, frozenset[str]]:
    """The names that each word may stand for."""
    found: dict[str, set[str]] = {}
    for line in _MEANT.replace("\n ", " ").strip().splitlines():
        name, _, words = line.partition(":")
        for word in _words(words):
            found.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}


@cache
def _reasons() -> Mapping[str, str]:
    return {word: reason for reason, words in _NOT_TAKEN.items() for word in _words(words)}


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]
