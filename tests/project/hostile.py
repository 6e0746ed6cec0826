"""Texts that people paste, by accident or on purpose, and that must stay texts."""

from collections.abc import Callable
from itertools import cycle

from crcaudit.core.text import clean_line, clean_text

BREAKERS = (
    "'>",
    '">',
    "</textarea>",
    "</title>",
    "</script>",
    "-->",
    "]]>",
    "</svg>",
    "</template>",
)
VECTORS = (
    "<script>crcx()</script>",
    "<script src=//crcx.test></script>",
    "<img src=x onerror=crcx()>",
    "<svg onload=crcx()>",
    "<svg><script>crcx()</script>",
    "<iframe srcdoc='crcx'>",
    "<body onload=crcx()>",
    "<input autofocus onfocus=crcx()>",
    "<a href=javascript:crcx()>x</a>",
    "<a href='data:text/html,crcx'>x</a>",
    "<style>@import '//crcx.test'</style>",
    "<link rel=stylesheet href=//crcx.test>",
    "<base href=//crcx.test>",
    "<meta http-equiv=refresh content=0;crcx>",
    "<object data=crcx></object>",
    "<details open ontoggle=crcx()>",
    "<math href=javascript:crcx()>",
    "<form action=//crcx.test><button>",
    "<p style=background:url(//crcx.test)>",
    "<crcx-tag crcx=1>",
)
ATTRIBUTES = ("' onmouseover='crcx()", '" onfocus="crcx()" autofocus="', "` onclick=`crcx()")
TEMPLATES = (
    "{{ 7*7 }} crcx",
    "{{ request.user.password }}",
    '{% include "base.html" %} crcx',
    "{% load crcx %}",
    "{user.__class__} {0.__class__} crcx",
    "%(crcx)s %s %d 100 %",
    "${7*7} #{7*7} <%= 7*7 %> crcx",
    "&lt;crcx&gt; &amp;amp; &#60;crcx",
)
FORMULAS = (
    '=HYPERLINK("//crcx.test","x")',
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "=cmd|' /C calc'!A0",
    "\uff1d1+1",
    "'=1+1",
)
UNICODE = (
    "bidi \u202ecrcx\u202c \u2066x\u2069",
    "zéro\u200blarge \ufeffcrcx",
    "👩\u200d👩\u200d👧 🇫🇷 é\u0301 crcx",
    "שלום crcx مرحبا",
    "\ufb01 \ufb00 \u210c crcx \u00a0\u202f.",
    "\U0001f9ff" * 10,
)
# What no document can hold is taken out as it comes in; the rest of the text stays.
UNSTORABLE = ("nul \x00crcx", "page\x0ccrcx", "Word\x0bcrcx", "esc \x1b[31mcrcx", "fin\ufffe crcx")

CORPUS = (
    *VECTORS,
    *(breaker + vector for breaker, vector in zip(cycle(BREAKERS), VECTORS, strict=False)),
    *ATTRIBUTES,
    *TEMPLATES,
    *FORMULAS,
    *UNICODE,
    *UNSTORABLE,
)


def lines(limit: int) -> list[str]:
    """The corpus in as few lines as fit under a limit; formulas begin a line of their own."""
    return _packed(" ", limit, clean_line, alone=FORMULAS)


def paragraphs(limit: int) -> list[str]:
    """The corpus in as few texts as fit under a limit, each payload on a line of its own."""
    return _packed("\n", limit, clean_text, alone=())


def _packed(between: str, limit: int, clean: Callable[[str], str], alone) -> list[str]:
    found: list[str] = []
    for text in CORPUS:
        joined = f"{found[-1]}{between}{text}" if found else text
        if found and text not in alone and len(clean(joined)) <= limit:
            found[-1] = joined
        else:
            found.append(text)
    return found
