"""The reader of the API's own description, as a developer sees it, under a policy that forbids everything foreign."""

from urllib.parse import urlsplit

from playwright.sync_api import Browser, expect

from tests.running_gateway import RunningGateway


def test_the_reader_shows_every_operation_and_asks_nobody_else(browser: Browser, gateway: RunningGateway) -> None:
    said: list[str] = []
    asked: list[str] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{gateway.url}/api/connect/docs")
        expect(page.get_by_role("heading", name="Ocote API Connect")).to_be_visible()
        page.locator(".opblock-post").first.click()
        expect(page.get_by_text("Request body").first).to_be_visible()
        expect(page.get_by_text("Responses").first).to_be_visible()
    assert said == []
    own = urlsplit(gateway.url).netloc
    assert {urlsplit(address).netloc for address in asked if not address.startswith("data:")} == {own}
