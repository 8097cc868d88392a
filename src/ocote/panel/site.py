"""Everything that a browser may open besides the description of the API."""

from ocote.api.app import Asgi
from ocote.panel.verification import words
from ocote.panel.verification.pages import problem_page
from ocote.public_links import PATH
from ocote.web.asgi import Scope, Send, send_answer
from ocote.web.body import Receive


def site(verification: Asgi) -> Asgi:
    """The pages by their paths; any other path is answered with a page that says so."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        elif scope["path"].startswith(PATH):
            await verification(scope, receive, send)
        else:
            await send_answer(send, problem_page(404, words.NO_PAGE))

    return app
