"""Reads a PDF as a person does: its words, its pages, and the QR code as a camera sees it."""

import pypdfium2
import zxingcpp
from PIL import Image


def words(pdf: bytes, page: int | None = None) -> str:
    """The text of one page or of all, with every run of blanks as one space."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = range(len(document)) if page is None else [page]
        return " ".join(" ".join(document[at].get_textpage().get_text_range().split()) for at in pages)
    finally:
        document.close()


def page_sizes_mm(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of every page in millimetres."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [(round(width / 72 * 25.4, 1), round(height / 72 * 25.4, 1)) for width, height in map(_size, document)]
    finally:
        document.close()


def picture(pdf: bytes, page: int = 0, dpi: int = 150) -> Image.Image:
    """The page as it is printed."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        image: Image.Image = document[page].render(scale=dpi / 72).to_pil()
        return image
    finally:
        document.close()


def scanned(image: Image.Image) -> list[str]:
    """The texts of the codes found in a picture."""
    return [code.text for code in zxingcpp.read_barcodes(image)]


def _size(page: pypdfium2.PdfPage) -> tuple[float, float]:
    size: tuple[float, float] = page.get_size()
    return size
