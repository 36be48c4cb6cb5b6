"""What a browser would send for the form of a page as it stands, read off its HTML."""

from html.parser import HTMLParser


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._here: dict[str, str] | None = None
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._here = {}
            self.forms.append(self._here)
        if self._here is None:
            return
        name = given.get("name", "")
        if tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self._here[name] = given.get("value", "")
        elif tag == "select":
            self._select = name
            self._here[name] = ""
        elif tag == "option" and self._select and "selected" in given:
            self._here[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            self._here[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._here = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._here is not None:
            self._here[self._area] += data


def filled(html: str, having: str) -> dict[str, str]:
    """The first form of a page that has a field of this name."""
    reader = _Forms()
    reader.feed(html)
    return next(form for form in reader.forms if having in form)
