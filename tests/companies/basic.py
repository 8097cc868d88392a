"""A company file with nothing but what every company needs."""

BASIC = """
nit = "0614-999999-001-2"
nrc = "123456-7"
name = "Comercial El Ejemplo, S.A. de C.V."
trade_name = "El Ejemplo"
activity_code = "47190"
environment = "00"
phone = "22220000"
email = "facturas@ejemplo.com"

[address]
department = "06"
municipality = "23"
district = "14"
complement = "Calle Arce 100"

[mh]
user = "06149999990012"
password = " Clave#Con Espacio "
certificate = "empresa.crt"
certificate_password = "Otra#Clave"

[responsible]
name = "Persona de Prueba"
document_type = "13"
document_number = "00000001-8"

[[branch]]
code = "M001"
[[branch.pos]]
code = "P001"
[[branch.pos]]
code = "P002"
"""
