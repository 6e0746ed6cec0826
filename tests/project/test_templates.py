"""Templates: nothing inline, every sentence translatable, every link real, none left over."""

import re
from html import unescape

import pytest
from django.template import engines

from tests.project.sources import python_files, shown, template_name, templates, views

pytestmark = pytest.mark.unit

COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", re.DOTALL)
BLOCK = re.compile(
    r"{%\s*blocktrans(?:late)?\b([^%]*)%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL
)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
ELEMENT = re.compile(r"<[^>]*>", re.DOTALL)
SPOKEN = re.compile(r"\b(?:alt|title|placeholder|label|aria-label|aria-description)=\"([^\"]*)\"")
WORD = re.compile(r"[^\W\d_]{2,}")
URL = re.compile(r"{%\s*url\s+(\S+)")
INLINE = {
    "style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "script without src": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "event attribute": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "htmx event": re.compile(r"\bhx-on\b|\bhx-vals=.js:", re.IGNORECASE),
}
# Names, marks and keys that are the same in every language; and the class of a page.
SAME_EVERYWHERE = {"CRC Audit", "· CRC Audit", "English", "Français", "Ctrl K", "NA", "NV"}
SAME_EVERYWHERE |= {"SHA-256", "entrance-wide"}
# Looked up by name by the framework or by allauth, and not by our code.
LOOKED_UP = re.compile(r"^(?:4\d\d|500)\.html$|^account/")
# Names that code puts together: a chapter of the plan, the version of a document.
BUILT = (
    re.compile(r"reports/pdf/_plan_(\w+)\.html"),
    re.compile(r"reports/pdf/(\w+_v\d+)\.html"),
)


def source(path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


def spoken(path) -> list[str]:
    """Texts that a person would read or hear and that go through no translation."""
    text = BLOCK.sub("", source(path))
    text = TAG.sub("\0", text)
    pieces = SPOKEN.findall(text) + ELEMENT.sub("\0", text).split("\0")
    return [unescape(piece).strip() for piece in pieces if WORD.search(unescape(piece))]


def offenders(problems_of) -> dict[str, list[str]]:
    """What is wrong, by template."""
    found = {shown(path): problems_of(path) for path in templates()}
    return {name: problems for name, problems in found.items() if problems}


def inline(path) -> list[str]:
    return [name for name, pattern in INLINE.items() if pattern.search(source(path))]


def untrimmed(path) -> list[str]:
    return [text for options, text in BLOCK.findall(source(path)) if "trimmed" not in options]


def untranslated(path) -> list[str]:
    return [text for text in spoken(path) if text not in SAME_EVERYWHERE]


def broken_links(path) -> list[str]:
    """Names of URLs that do not exist, and names that only a variable knows."""
    known = views().keys()
    return [name for name in URL.findall(source(path)) if name.strip("\"'") not in known]


def test_nothing_is_inline():
    assert offenders(inline) == {}


def test_every_translated_block_is_trimmed():
    assert offenders(untrimmed) == {}


def test_no_sentence_is_written_in_one_language():
    assert offenders(untranslated) == {}


def test_every_link_is_to_a_url_that_exists():
    assert offenders(broken_links) == {}


def test_every_template_compiles():
    for path in templates():
        assert engines["django"].get_template(template_name(path))


def mentions() -> str:
    """Everything in which a template may be named."""
    code = [path.read_text(encoding="utf-8") for path in python_files()]
    return "\n".join(code + [source(path) for path in templates()])


def test_no_template_is_left_over():
    text = mentions()
    unused = [
        template_name(path)
        for path in templates()
        if not LOOKED_UP.match(template_name(path)) and not is_named(template_name(path), text)
    ]

    assert unused == []


def is_named(name: str, text: str) -> bool:
    """Named as it is, as the page whose fragment it is, or by the part that differs."""
    folder, _slash, file = name.rpartition("/")
    page = f"{folder}/{file.removeprefix('_')}"
    parts = [match[1] for match in (pattern.fullmatch(name) for pattern in BUILT) if match]
    return any(f'"{quoted}"' in text for quoted in (name, page, *parts))


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ('<p title="{% translate "Close" %}">{% translate "Close" %}</p>', []),
        ("<p>Fermer {{ name }}</p>", ["Fermer"]),
        ('<img alt="Une courbe">', ["Une courbe"]),
        ("{% blocktranslate trimmed %}Close {{ name }}{% endblocktranslate %}", []),
        ("{# une note #}<p>{{ a }}/{{ b }} %</p>", []),
        ("<p>R&eacute;f&eacute;rence</p>", ["Référence"]),
    ],
)
def test_a_hard_coded_sentence_is_seen(tmp_path, markup, found):
    path = tmp_path / "page.html"
    path.write_text(markup, encoding="utf-8")

    assert spoken(path) == found


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ('<p style="color: red">', "style attribute"),
        ("<style>p {}</style>", "style element"),
        ("<script>alert(1)</script>", "script without src"),
        ('<a href="#" onclick="go()">', "event attribute"),
        ('<a href="javascript:go()">', "script address"),
        ('<b hx-on:click="go()">', "htmx event"),
    ],
)
def test_what_is_inline_is_seen(markup, name):
    assert INLINE[name].search(markup)
    assert not INLINE[name].search('<script src="a.js"></script><p class="style" data-one="1">')
