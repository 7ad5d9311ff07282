"""Pages as PDF files; what makes them comes with the extra `pdf` and is loaded on first use."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from meetingtracker.config import ROOT

STATIC = ROOT / "static"
BASE = "https://static.invalid/"  # no address that anybody could answer for


def makes_pdf() -> bool:
    return find_spec("weasyprint") is not None


def pdf_of(html: str, *, sheet: str) -> bytes:
    """The HTML as a PDF file with the style sheet `sheet` of static/pdf. Nothing is fetched but
    our own static files, whatever stands in the text."""
    weasyprint: Any = import_module("weasyprint")
    urls: Any = import_module("weasyprint.urls")

    class Fetcher(urls.URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            path = (STATIC / url.removeprefix(BASE)).resolve()
            if not url.startswith(BASE) or not path.is_relative_to(STATIC) or not path.is_file():
                raise ValueError("only our own files")
            return urls.URLFetcherResponse(url, path.read_bytes(), {})

    fetcher = Fetcher()
    fonts = import_module("weasyprint.text.fonts").FontConfiguration()
    style = weasyprint.CSS(
        string=(STATIC / "pdf" / sheet).read_text(), base_url=f"{BASE}pdf/", url_fetcher=fetcher,
        font_config=fonts,
    )  # fmt: skip
    page = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=fetcher)
    return bytes(page.write_pdf(stylesheets=[style], font_config=fonts))
