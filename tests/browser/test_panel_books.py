"""The page of a month's books in a browser: what belongs together stands in one line, and cards do not touch."""

from itertools import pairwise
from typing import Any, Final

from playwright.sync_api import Browser, Page

from tests.browser.visiting import PHONE, WIDE, faults_of_shape, visited
from tests.panel_client import person_at
from tests.running_gateway import RunningGateway

_BOXES: Final = """(selector) => [...document.querySelectorAll(selector)].map((each) => {
    const box = each.getBoundingClientRect();
    return [box.left, box.top, box.right, box.bottom].map(Math.round);
})"""


def boxes(page: Page, selector: str) -> list[Any]:
    """Left, top, right and bottom of each element."""
    return list(page.evaluate(_BOXES, selector))


def test_buttons_of_a_month_stand_in_one_column_and_in_one_line(browser: Browser, gateway: RunningGateway) -> None:
    person_at(gateway, role="accountant", email="libros@example.com")
    for size in (WIDE, PHONE):
        with visited(browser, gateway, "libros@example.com", "/c/1/books?count=1", viewport=size) as page:
            assert faults_of_shape(page) == []
            pdfs = boxes(page, ".folios .button")
            assert len(pdfs) == 3
            assert len({left for left, *_ in pdfs}) == 1
            [(_, _, _, month)] = boxes(page, "#chosen-month")
            assert month == boxes(page, ".toolbar:has(#chosen-month) > .button")[0][3]


def test_cards_of_a_reviewed_month_do_not_touch(browser: Browser, gateway: RunningGateway) -> None:
    person_at(gateway, role="accountant", email="libros-2@example.com")
    path = "/c/1/books/review?month=2026-06&count=1"
    with visited(browser, gateway, "libros-2@example.com", path, viewport=WIDE) as page:
        page.get_by_role("heading", name="Revisión del mes").wait_for()
        cards = boxes(page, "main .card")
        assert len(cards) > 3
        assert all(below[1] - above[3] >= 12 for above, below in pairwise(cards))


def test_an_arrow_to_the_right_stands_behind_its_word(browser: Browser, gateway: RunningGateway) -> None:
    person_at(gateway, role="accountant", email="libros-3@example.com")
    with visited(browser, gateway, "libros-3@example.com", "/c/1/books?month=2026-06", viewport=WIDE) as page:
        follows = page.get_by_role("link", name="Siguiente")
        assert follows.evaluate("(each) => each.lastElementChild.tagName") == "svg"


def test_the_menu_scrolls_by_itself_and_its_entries_stand_on_one_line(
    browser: Browser, gateway: RunningGateway
) -> None:
    person_at(gateway, email="menu@example.com", is_operator=True)
    with visited(browser, gateway, "menu@example.com", "/c/1/company", viewport=WIDE) as page:
        [(_, _, _, foot)] = boxes(page, "#nav")
        assert foot <= WIDE["height"]
        assert page.evaluate(
            "document.querySelector('#nav').scrollHeight > document.querySelector('#nav').clientHeight"
        )
        heights = [bottom - top for _, top, _, bottom in boxes(page, "#nav a")]
        assert len(set(heights)) == 1
