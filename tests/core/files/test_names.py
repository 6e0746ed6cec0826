"""Display names are harmless to show, to download and to sort, whatever was sent."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crcaudit.core.files import MAX_DISPLAY_NAME, display_name
from crcaudit.core.files.names import is_safe_part_name

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("rapport.pdf", "rapport.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\rapport.pdf", "rapport.pdf"),
        ("C:rapport.pdf", "rapport.pdf"),
        ("\\\\serveur\\partage\\a.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie- x=1.pdf"),
        ("\u202efdp.exe\u202c.pdf", "fdp.exe.pdf"),
        ("zero\u200bwidth\ufeff.pdf", "zerowidth.pdf"),
        (".htaccess.pdf", "htaccess.pdf"),
        ("...", "document"),
        ("", "document"),
        (".pdf", "pdf"),
        ("con.pdf", "_con.pdf"),
        ("LPT1.suivi.csv", "_LPT1.suivi.csv"),
        ("E\u0301coutes n°\u00a03.pdf", "\u00c9coutes n° 3.pdf"),
        ("a.pdf;.html", "a.pdf;.html"),
        ("  espaces   doubles .pdf ", "espaces doubles.pdf"),
        ("x" * 400 + ".pdf", "x" * 175 + ".pdf"),
        ("مستند.pdf", "مستند.pdf"),
        ("nul\0.pdf", "_nul.pdf"),
    ],
)
def test_display_name_keeps_what_people_read_and_drops_what_misleads(sent: str, shown: str):
    assert display_name(sent) == shown


@given(st.text(max_size=400))
@example("con")
@example("a" * 200 + "." + "b" * 12)
@example("\ud800.pdf")
@example(". .a")
def test_display_name_is_always_safe_and_stable(sent: str):
    shown = display_name(sent)

    assert 0 < len(shown) <= MAX_DISPLAY_NAME
    assert not set(shown) & set("/\\:\r\n\0")
    assert not shown.startswith((".", " "))
    assert not shown.endswith((".", " "))
    assert all(unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in shown)
    assert unicodedata.is_normalized("NFC", shown)
    assert display_name(shown) == shown


@pytest.mark.parametrize(
    "name", ["", "/a", "../a", "a/../b", "a\\b", "C:a", "a\0b", "a\nb", "x" * 1001]
)
def test_part_that_could_go_elsewhere_is_not_safe(name: str):
    assert not is_safe_part_name(name)


@pytest.mark.parametrize("name", ["word/document.xml", "[Content_Types].xml", "a..b/c.xml"])
def test_ordinary_part_is_safe(name: str):
    assert is_safe_part_name(name)
