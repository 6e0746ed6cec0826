"""Reading a page as a browser would: what it says, and whether something in it could run."""

from html.parser import HTMLParser

ACTIVE_TAGS = {"applet", "base", "embed", "frame", "iframe", "marquee", "math", "object", "style"}
ADDRESSES = {"action", "formaction", "href", "src", "xlink:href", "hx-get", "hx-post"}
ACTIVE_SCHEMES = ("javascript:", "vbscript:", "data:")
MARK = "crcx"  # in every hostile text, so that a tag or attribute made of one is seen


class Page(HTMLParser):
    """``texts`` and ``values`` are what is shown; ``links`` where it leads; ``alive`` what runs."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.values: list[str] = []
        self.links: set[str] = set()
        self.alive: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag in ACTIVE_TAGS or MARK in tag:
            self.alive.append(f"<{tag}>")
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            self.alive.append("<script>")
        self.alive += [f"{tag} {name}" for name, value in given.items() if is_alive(name, value)]
        self.values += given.values()
        if tag in {"a", "form"}:
            self.links.add(given.get("href" if tag == "a" else "action", ""))

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def shown(self) -> str:
        """Everything that is said, in the order of the page, values of attributes last."""
        return "".join(self.texts) + "\0" + "\0".join(self.values)


def is_alive(name: str, value: str) -> bool:
    """Whether an attribute could run or load something, or was made by a hostile text."""
    if name in ADDRESSES and value.strip().lower().startswith(ACTIVE_SCHEMES):
        return True
    return name.startswith(("on", "hx-on")) or name in {"style", "srcdoc"} or MARK in name


def read(answer) -> Page:
    """The page of an answer; a redirect or a file has none."""
    return Page(answer.content.decode())
