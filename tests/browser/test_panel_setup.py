"""The first run on a phone, by a person who has nothing but a browser, the files of MH and ten minutes."""

from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, expect

from tests.builders.people import EMAIL, PERSON_PASSWORD
from tests.builders.setup import OTHER_NIT, OTHER_NRC
from tests.panel_client import add
from tests.running_gateway import RunningGateway


def test_a_company_is_registered_on_a_phone(gateway: RunningGateway, browser: Browser, tmp_path: Path) -> None:
    add(gateway, role=None, is_operator=True)
    made = gateway.emulator.add_company(nit=OTHER_NIT, nrc=OTHER_NRC, name="Otra Empresa, S.A. de C.V.")
    file = tmp_path / "empresa.crt"
    file.write_bytes(made.certificate)
    said: list[str] = []
    phone: ViewportSize = {"width": 390, "height": 844}
    with browser.new_context(viewport=phone, locale="es-SV") as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))

        page.goto(f"{gateway.url}/panel/login")
        page.get_by_label("Correo").fill(EMAIL)
        page.get_by_label("Contraseña").fill(PERSON_PASSWORD)
        page.get_by_role("button", name="Entrar").click()
        page.get_by_role("link", name="Registrar una empresa").click()

        page.get_by_label("NIT", exact=True).press_sequentially("0614")
        expect(page.locator("#said-nit .error")).to_be_visible()
        page.get_by_label("NIT", exact=True).fill(made.nit)
        expect(page.locator("#said-nit")).to_have_text("Está bien escrito.")
        page.get_by_label("NRC", exact=True).fill(made.nrc)
        page.get_by_label("Nombre o razón social").fill(made.name)
        page.get_by_label("Actividad económica").press_sequentially("productos de café")
        option = page.locator("#activities option").first
        expect(option).to_have_attribute("value", "10791 Elaboración de productos de café")
        page.get_by_label("Actividad económica").fill("10791 Elaboración de productos de café")
        page.get_by_label("Teléfono").fill("22223333")
        page.get_by_label("Correo").fill("facturas@example.com")
        page.get_by_label("Distrito").fill("Mejicanos, San Salvador")
        page.get_by_label("Dirección").fill("Avenida Nueva 5")
        page.locator("#responsible-name").fill("Persona de Prueba")
        page.get_by_label("Tipo de documento").select_option("13")
        page.get_by_label("Número de documento").fill("00000001-8")
        page.get_by_role("button", name="Guardar y seguir").click()

        expect(page.get_by_role("heading", name="Acceso a Hacienda")).to_be_visible()
        page.get_by_label("Usuario de la API").fill(made.user)
        page.get_by_label("Contraseña de la API").fill(made.password)
        page.get_by_role("button", name="Probar y seguir").click()

        page.get_by_label("Certificado de Hacienda").set_input_files(file)
        page.get_by_label("Contraseña de la llave privada").fill(made.certificate_password)
        page.get_by_role("button", name="Revisar el certificado").click()
        expect(page.get_by_text("Vigente")).to_be_visible()
        page.get_by_role("link", name="Seguir con este certificado").click()

        page.get_by_role("button", name="Agregar sucursal").click()
        second = page.get_by_role("group", name="Sucursal", exact=True)
        second.get_by_label("Código").fill("S001")
        second.get_by_label("Puntos de venta").fill("P001-P003")
        page.get_by_role("button", name="Registrar la empresa").click()

        page.get_by_label("Punto de venta").select_option("S001P002")
        page.get_by_role("button", name="Crear la clave").click()
        expect(page.get_by_text("odt_")).to_be_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth") == phone["width"]
        page.get_by_role("link", name="Ya la copié").click()
        page.get_by_role("button", name="Emitir el primer documento").click()
        page.wait_for_url("**/c/2/drafts")
    assert said == []
