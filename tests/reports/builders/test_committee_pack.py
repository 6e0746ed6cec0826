"""The document of a committee: two pages at most, whatever it holds, and nothing said by colour."""

import pytest

from audits.snapshots.codec import digest, from_json, to_json
from audits.snapshots.committee import CommitteePack
from reports.builders.meta import ReportMeta
from reports.builders.pdf_committee_pack import build_committee_pack_pdf
from tests.reports import committee, pdf_text
from tests.reports.builders import documents

pytestmark = documents.MARKS
LONG = "Reprendre la prévision des volumes avec le calendrier des factures " * 12


def pages(pack, **changes):
    own = ReportMeta(
        **{
            "reference": "CO-2026-S48",
            "revision": "1.0",
            "title": "Dossier du comité opérationnel",
            "language": "fr",
            "created_on": committee.TODAY,
            "confidentiality": "Diffusion restreinte",
            "prepared_by": "Camille Essai",
            "approved_by": "",
            "template_version": "committee_pack_v1",
            "app_version": "0.1.0",
            "snapshot_sha256": digest(to_json(pack)),
            "is_draft": False,
            "distribution": (),
        }
        | changes
    )
    return pdf_text.read(build_committee_pack_pdf(pack, own))


def whole(found):
    return "".join(page.text for page in found)


def test_a_usual_pack_is_one_page_that_says_its_verdicts_in_words():
    found = pages(committee.pack())

    text = whole(found)
    assert len(found) == 1
    for said in ("Souslacible", "passésoussonobjectif", "Lyon", "Tenirunrenfortlelundi"):
        assert said in text
    assert "Tenule30novembre2026" in text
    assert "CO-2026-S47·0" in text


@pytest.mark.parametrize("text", ["Court", LONG, "Ж" * 900], ids=["short", "long", "one-word"])
def test_whatever_it_holds_it_is_two_pages_at_most_and_says_what_is_left_out(text):
    found = pages(committee.pack(copies=60, text=text))

    assert len(found) == 2
    assert "lignesdeplus,dansletableaududossier" in whole(found)


def test_a_pack_that_was_not_held_says_so():
    found = pages(committee.pack(held=False), is_draft=True)

    assert "Préparé:telqu" in whole(found).replace("\xa0", "")


def test_in_english_nothing_stays_in_french():
    text = whole(pages(committee.pack(text="Keep"), language="en", title="Pack"))

    assert "Decisionstotake" in text
    assert "Souslacible" not in text


def test_an_empty_pack_is_said_to_be_empty():
    text = whole(pages(committee.pack(copies=0)))

    assert "Rienn" in text
    assert "Aucuneréclamationinterne" in text


def test_what_is_frozen_is_read_back():
    pack = committee.pack(copies=3)

    assert from_json(CommitteePack, to_json(pack)) == pack
