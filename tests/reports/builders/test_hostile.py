"""Texts that attack: they are printed as they are, nothing is fetched, nothing breaks."""

import dataclasses
import io
import itertools
import socket
import threading

import pikepdf
import pytest
from django.utils.safestring import mark_safe

from reports.builders import assets, engine
from reports.builders.meta import ReportRenderError
from reports.charts import data_uri
from tests.reports import pdf_text, values
from tests.reports.builders import documents

pytestmark = [*documents.MARKS, pytest.mark.long]

MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</td></tr></table><h1>titre</h1>",
    "<!-- </style> -->",
    "</style><style>*{display:none}",
    "&lt;b&gt; &#x41; &amp;",
    "]]><svg onload=alert(1)>",
    "'+alert(1)+'",
    "{{7*7}} {% include 'x' %} {user.__class__} ${7*7} %(x)s %s {0}",
)
BIDI = "\u202eabc\u202c"
EMOJI = "👩🏽‍💻 ✅"
RTL = "مركز خدمة العملاء שירות"


@pytest.fixture
def listener():
    """A server that counts who knocks; its port."""
    knocks = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        done = threading.Event()

        def listen():
            while not done.is_set():
                try:
                    connection, address = server.accept()
                except TimeoutError:
                    continue
                knocks.append(address)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], knocks
        done.set()
        thread.join()


def reaching(port: int) -> tuple[str, ...]:
    return (
        f'<img src="http://127.0.0.1:{port}/a">',
        f'<link rel=stylesheet href="http://127.0.0.1:{port}/b">',
        f'<link rel=attachment href="http://127.0.0.1:{port}/c">',
        '<a rel=attachment href="file:///etc/passwd">x</a>',
        f"<style>@import url(http://[::1]:{port}/d)</style>",
        f'<svg><image href="http://127.0.0.1:{port}/e"/></svg>',
        f'<base href="http://127.0.0.1:{port}/"><object data="f">',
        f"url(http://127.0.0.1:{port}/g)",
        "http://169.254.169.254/latest/meta-data/",
    )


@pytest.mark.parametrize("name", documents.NAMES)
def test_attacks_in_every_field_are_printed_and_fetch_nothing(name, listener):
    port, knocks = listener
    attacks = MARKUP + reaching(port)
    make, build = documents.BUILDERS[name]
    thirds = (" ".join(attacks[start::3]) for start in itertools.cycle(range(3)))
    snapshot = values.hostile(values.a_few_of_each(make()), thirds)
    own = values.meta(
        snapshot,
        title=attacks[0],
        reference=attacks[1],
        confidentiality=attacks[2],
        prepared_by=attacks[3],
        approved_by=attacks[4],
        distribution=attacks[5:7],
    )

    pdf = build(snapshot, own)

    text = "".join(page.text for page in pdf_text.read(pdf))
    for attack in attacks:
        assert pdf_text.squeezed(attack) in text
    assert knocks == []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        files = {"snapshot.json"} | ({"audit.xlsx"} if name != "control_plan" else set())
        assert set(document.attachments) == files
        assert str(document.docinfo.Title) == attacks[0]
        for page in document.pages:
            for annotation in page.get("/Annots", []):
                assert "/A" not in annotation or annotation.A.S == "/GoTo"


ADDRESSES = (
    '<img src="http://127.0.0.1:{port}/">',
    '<img src="https://127.0.0.1:{port}/">',
    '<img src="ftp://127.0.0.1:{port}/">',
    '<img src="file:///etc/passwd">',
    '<img src="asset:../../settings.py">',
    '<img src="asset:unknown">',
    '<img src="DATA-x:y">',
    '<style>@import "http://127.0.0.1:{port}/";</style>',
    '<link rel="stylesheet" href="http://127.0.0.1:{port}/">',
    '<link rel="attachment" href="file:///etc/passwd">',
    '<p style="background:url(http://127.0.0.1:{port}/)">x</p>',
)


@pytest.mark.parametrize("html", ADDRESSES)
def test_even_a_template_that_asks_for_an_address_gets_nothing(html, listener):
    port, knocks = listener
    snapshot = values.control_plan()

    with pytest.raises(ReportRenderError):
        engine.render_pdf(
            mark_safe(html.format(port=port)), meta=values.meta(snapshot, title="Essai")
        )

    assert knocks == []


def test_a_picture_inside_a_picture_is_not_fetched(listener):
    port, knocks = listener
    picture = (
        "<svg xmlns='http://www.w3.org/2000/svg'>"
        f"<image href='http://127.0.0.1:{port}/' width='1' height='1'/></svg>"
    )
    html = mark_safe(f'<img alt="x" src="{data_uri(picture)}"><p>suite</p>')

    pdf = engine.render_pdf(html, meta=values.meta(values.control_plan(), title="Essai"))

    assert "suite" in pdf_text.read(pdf)[0].text
    assert knocks == []


def test_a_row_higher_than_a_page_is_split_rather_than_refused():
    base = values.control_plan()
    line = dataclasses.replace(base.lines[0], procedure="mot " * 3_000)
    snapshot = dataclasses.replace(base, lines=(base.lines[1], line))

    text = "".join(page.text for page in documents.read("control_plan", snapshot))

    assert text.count("mot") >= 3_000


def test_the_table_of_files_names_files_of_ours_only():
    for name in assets.ASSETS:
        assert len(assets.content(name)) > 1000
        assert assets.media_type(name)


def one_finding(**texts):
    base = values.a_few_of_each(values.diagnosis())
    finding = dataclasses.replace(base.findings[0], **texts)
    return dataclasses.replace(base, findings=(finding,))


def test_control_characters_become_visible_and_vertical_tabs_line_breaks():
    snapshot = one_finding(found="un\x0bdeux\x00trois\x1bquatre\ud800cinq\uffffsix")

    text = "".join(page.text for page in documents.read("diagnosis", snapshot))

    assert "undeux\ufffdtrois\ufffdquatre\ufffdcinq\ufffdsix" in text


def test_control_characters_in_the_title_do_not_break_the_metadata():
    snapshot = one_finding()
    pages = documents.read("diagnosis", snapshot, title="Rapport\x00\x0b\ud800 & <b>")

    assert "Rapport\ufffd" in pages[0].text


def test_twenty_thousand_characters_in_one_word_and_in_words():
    word, words = "W" * 20_000, "mot " * 5_000
    snapshot = one_finding(found=word, required=words, consequence="\n" * 300 + "fin-")

    text = "".join(page.text for page in documents.read("diagnosis", snapshot))

    assert text.count("W") >= 20_000
    assert text.count("mot") >= 5_000
    assert "fin-" in text


def test_a_very_long_name_stays_on_the_page():
    name = "Établissement" * 24
    snapshot = dataclasses.replace(one_finding(title=name), organisation=name, lead=name)

    pages = documents.read("diagnosis", snapshot)

    assert pages[0].text.startswith(name)
    assert name in "".join(page.text for page in pages[1:])


def test_arabic_hebrew_and_emoji_are_drawn_with_fonts_of_ours():
    snapshot = one_finding(found=f"{RTL} {EMOJI} {BIDI}", title=RTL)

    pages = documents.read("diagnosis", snapshot)

    fonts = {run.font.rstrip(",") for page in pages for run in page.runs}
    assert {"Noto-Sans-Arabic", "Noto-Sans-Hebrew", "Noto-Emoji"} <= fonts


def test_other_documents_do_not_carry_these_fonts():
    fonts = {run.font for page in documents.pages("diagnosis") for run in page.runs}

    assert not any(font.startswith("Noto") for font in fonts)


def test_a_document_beyond_all_measure_is_refused_at_once(monkeypatch):
    monkeypatch.setattr(engine, "MAX_CHARS", 10_000)

    with pytest.raises(ReportRenderError) as caught:
        documents.read("diagnosis", values.diagnosis())

    assert "trop long" in str(caught.value)


def test_what_the_layout_cannot_do_is_a_sentence_for_the_person():
    nested = "<div>" * 3_000 + "x"

    with pytest.raises(ReportRenderError) as caught:
        engine.render_pdf(mark_safe(nested), meta=values.meta(values.control_plan(), title="T"))

    assert str(caught.value).endswith(".")
