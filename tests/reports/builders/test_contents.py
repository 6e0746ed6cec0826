"""What the documents say: every requirement, every figure, nothing that the data do not hold."""

import dataclasses
import io
import re
from fractions import Fraction

import pikepdf
import pytest

from audits.logic import gap
from audits.logic.gap import Rating
from audits.logic.readiness import assess_readiness
from audits.snapshots import ActionView
from crcaudit.core.formats import number
from reports.builders.meta import ReportRenderError
from reports.builders.pdf_diagnosis import build_diagnosis_pdf
from reports.builders.summary import requirements
from tests.reports import pdf_text, values
from tests.reports.builders import documents
from tests.reports.pdf_text import squeezed

pytestmark = [*documents.MARKS, pytest.mark.long]


@pytest.mark.parametrize("name", ["diagnosis", "audit", "control_plan"])
def test_all_53_requirements_are_there_with_their_words(name):
    text = documents.whole(name)
    views = list(requirements(documents.snapshot("diagnosis").domains))

    assert len(views) == 53
    for view in views:
        assert view.code in text
        assert squeezed(view.text) in text


@pytest.mark.parametrize("name", ["diagnosis", "audit"])
def test_the_figures_of_each_domain_are_those_of_the_gap_rule(name):
    snapshot = documents.snapshot(name)
    page = documents.pages(name)[1].text

    measured = gap.by_domain(values.rated(snapshot))

    assert len(measured) == 6
    for domain in snapshot.domains:
        mine = measured[domain.code]
        score = number(mine.score * 100, decimals=1, language="fr")
        missing = number(mine.gap * 100, decimals=1, language="fr")
        row = f"{domain.code}{squeezed(domain.title)}{mine.total}{score}%{missing}"
        assert squeezed(row) in page


@pytest.mark.parametrize("name", ["diagnosis", "audit"])
def test_the_summary_is_one_page_and_comes_first(name):
    pages = documents.pages(name)

    assert pages[1].runs[1 if name == "audit" else 0].text.replace("\xa0", " ") == (
        "Synthèse pour la direction"
    )
    assert pages[2].runs[0].text.replace("\xa0", " ") != "Synthèse pour la direction"
    assert "Synthèsepourladirection" not in pages[2].text or name == "diagnosis"


def test_the_summary_names_what_blocks():
    page = documents.pages("diagnosis")[1].text
    snapshot = documents.snapshot("diagnosis")

    assert "Quatrenon-conformitésmajeuresouvertesempêchentaujourd’huilacertification." in page
    for blocker in snapshot.readiness.blockers[:4]:
        assert squeezed(f"{blocker.code} {blocker.label}") in page
    assert "EX-4.7.2,EX-6.7.1" in page
    assert "Engagementleplusfaible:" in page


def test_every_blocking_point_is_named_in_the_overview():
    text = documents.whole("diagnosis")
    overview = text[text.index("Verdictetpointsbloquants", text.index("Répartition")) :]
    texts = {view.code: view.text for view in requirements(documents.snapshot("diagnosis").domains)}

    for blocker in documents.snapshot("diagnosis").readiness.blockers:
        if blocker.code in texts:
            assert squeezed(f"{blocker.code} {texts[blocker.code]}") in overview


@pytest.mark.parametrize("name", ["diagnosis", "audit"])
def test_every_finding_is_told_in_full(name):
    text = documents.whole(name)

    for finding in documents.snapshot(name).findings:
        for words in (
            finding.title,
            finding.found,
            finding.required,
            finding.consequence,
            finding.next_step,
            *finding.evidence,
            *(action.title for action in finding.actions),
        ):
            assert squeezed(words) in text
        assert finding.reference in text


def test_the_evidence_index_gives_every_fingerprint():
    text = documents.whole("diagnosis")

    for view in documents.snapshot("diagnosis").evidence:
        assert view.sha256 in text
        assert squeezed(view.file_name) in text


def test_limits_and_caution_are_stated():
    text = documents.whole("diagnosis")
    limits = text[text.rindex("Échantillonnage") :]

    for code in ("EX-4.7.2", "EX-6.7.1", "EX-6.5.1", "EX-4.6.1"):
        assert code in limits
    for view in requirements(documents.snapshot("diagnosis").domains):
        if view.na_reason:
            assert squeezed(view.na_reason) in limits


def test_what_is_not_known_is_never_zero():
    text = documents.whole("diagnosis")

    assert re.search(r"EX-6\.7\.1Majeure.*?◌Nonévalué–––", text)
    assert re.search(r"EX-6\.5\.1Majeure.*?–Nonapplicable–––", text)


def test_verdicts_have_their_shape_in_the_text():
    text = documents.whole("diagnosis")

    assert "▲Non-conformitémajeureF-01" in text
    assert "△Non-conformitémineureF-05" in text
    assert "●PointfortF-16" in text
    assert "◐Partiellementconforme" in text


def test_the_audit_report_has_its_two_parts_and_its_statement():
    text = documents.whole("audit")

    assert "Partie1·Pourladirection" in text
    assert "Partie2·Technique" in text
    assert "Sur50exigencesapplicables,48ontétéexaminéeset44sontconformes" in text
    assert "38pointsdeplusqu’audiagnostic" in text
    for name in documents.meta("audit").distribution:
        assert squeezed(name) in text


def test_the_cover_says_what_who_when_and_that_requirements_are_reconstructed():
    cover = documents.pages("diagnosis")[0].text

    for words in (
        "Opérateur Démo",
        "Rapport de diagnostic initial",
        "du 2 au 13 mars 2026",
        "Lyon et Massy",
        "DI-2026-03-R",
        "Diffusion restreinte",
        "6 domaines, 27 engagements, 53 exigences",
        documents.snapshot("diagnosis").notice,
    ):
        assert squeezed(words) in cover


def test_a_document_without_notice_has_none():
    snapshot = dataclasses.replace(values.diagnosis(), notice="")

    assert "reconstituées" not in documents.read("diagnosis", snapshot)[0].text


def test_an_english_document_is_in_english_throughout():
    snapshot = values.diagnosis(language="en")
    pages = documents.read("diagnosis", snapshot)
    text = "".join(page.text for page in pages)

    assert "Managementsummary" in text
    assert "TheCustomerservicemeets".lower() in text.lower()
    for french in ("Synthèsepourladirection", "Sommaire", "Constaté", "Répartition"):
        assert french not in text


def marked_pages(pdf: bytes) -> list[bool]:
    """Whether a picture lies under everything else, page by page."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        heads = [page.Contents.read_bytes()[:300] for page in document.pages]
    return [bool(re.search(rb"/Artifact\nBMC\n[^B]*/x\d+ Do\nEMC", head)) for head in heads]


def test_a_draft_is_marked_on_every_page():
    snapshot = values.diagnosis(findings=False)
    own = values.meta(snapshot, title="Rapport", is_draft=True)

    draft = build_diagnosis_pdf(snapshot, own)
    final = build_diagnosis_pdf(snapshot, dataclasses.replace(own, is_draft=False))

    assert all(marked_pages(draft)[1:])
    assert "PROJET" in pdf_text.read(draft)[0].text
    assert not any(marked_pages(final))
    assert "PROJET" not in pdf_text.read(final)[0].text


def test_an_audit_without_findings_says_so():
    text = "".join(
        page.text for page in documents.read("diagnosis", values.diagnosis(findings=False))
    )

    assert "Aucunconstatn’aétérelevé." in text
    assert "Aucuneactionn’estenregistrée." in text


def test_a_finding_is_never_split_between_pages():
    base = values.diagnosis(copies=4)
    findings = tuple(
        dataclasses.replace(view, found=f"début-{n}- {view.found}", next_step=f"fin-{n}-")
        for n, view in enumerate(base.findings)
    )
    pages = documents.read("diagnosis", dataclasses.replace(base, findings=findings))

    for n in range(len(findings)):
        first = [place for place, page in enumerate(pages) if f"début-{n}-" in page.text]
        last = [place for place, page in enumerate(pages) if f"fin-{n}-" in page.text]
        assert first == last
        assert len(first) == 1


def test_two_hundred_findings_are_all_there():
    snapshot = values.diagnosis(copies=13)
    text = "".join(page.text for page in documents.read("diagnosis", snapshot))

    assert len(snapshot.findings) == 208
    assert all(f"F-{n:02}" in text for n in range(1, 209))


def test_the_plan_has_its_fourteen_chapters_and_every_column():
    text = documents.whole("control_plan")
    snapshot = documents.snapshot("control_plan")

    for number_, title in enumerate(
        (
            "Identification",
            "Engagement et politique qualité",
            "Organisation et responsabilités",
            "Référentiel",
            "Tableau de contrôle interne",
            "Système de mesure",
            "Traitement des écarts",
            "Réclamations et recours",
            "Documents et enregistrements",
            "Compétence et formation",
            "Sites et sous-traitants",
            "Audits internes et préparation des audits externes",
            "Maîtrise des changements",
            "Derniers résultats",
        ),
        start=1,
    ):
        assert squeezed(f"{number_} {title}") in text
    for line in snapshot.lines:
        for field in dataclasses.fields(line):
            if field.name not in {"domain", "criticality", "frequency", "last_on", "next_due"}:
                assert squeezed(getattr(line, field.name)) in text, field.name


def test_the_plan_prints_thresholds_actions_and_last_values():
    base = values.control_plan()
    line = dataclasses.replace(
        base.lines[0],
        target="100 %",
        alert="95 %",
        nonconformity="90 %",
        last="97,4 % en hausse",
        action="ACT-014",
    )
    action = ActionView("A-99", "Rappeler", "Qualité", None, Fraction(1, 2), "", "En cours", "F-1")
    pages = documents.read(
        "control_plan", dataclasses.replace(base, lines=(line,), actions=(action,))
    )
    text = "".join(page.text for page in pages)

    for words in ("Cible:100%", "Alerte:95%", "Non-conformité:90%", "97,4%enhausse", "ACT-014"):
        assert words in text
    assert "A-99RappelerQualité–Encours" in text


def test_an_empty_plan_is_a_plan():
    base = values.control_plan()
    empty = dataclasses.replace(
        base, lines=(), indicators=(), grades=(), roles=(), actions=(), exclusions=(), domains=()
    )

    text = "".join(page.text for page in documents.read("control_plan", empty))

    assert "Touteslesexigencess’appliquent." in text


@pytest.mark.parametrize(
    "changes",
    [{"title": " "}, {"language": ""}, {"snapshot_sha256": "0" * 64}],
)
def test_a_document_without_title_language_or_right_fingerprint_is_refused(changes):
    snapshot = values.diagnosis()
    own = values.meta(snapshot, **({"title": "Rapport"} | changes))

    with pytest.raises(ReportRenderError):
        build_diagnosis_pdf(snapshot, own)


def test_progress_goes_from_the_first_page_to_the_last():
    said = []
    snapshot = values.diagnosis()

    build_diagnosis_pdf(
        snapshot,
        values.meta(snapshot, title="Rapport"),
        progress=lambda done, total, step: said.append((done, total, step)),
    )

    assert said[0][0] == 1
    assert max(done for done, _total, _step in said) >= 20
    assert all(0 < done <= total for done, total, _step in said)
    assert len({step for _done, _total, step in said}) == 2


def test_two_sites_are_compared():
    base = values.diagnosis()
    snapshot = dataclasses.replace(base, sites_gap=(("Lyon", base.whole), ("Massy", gap.EMPTY)))

    text = "".join(page.text for page in documents.read("diagnosis", snapshot))

    assert re.search(r"Lyon56,0%4853Massy", text)


def test_nothing_examined_is_said_and_not_counted():
    base = values.diagnosis(findings=False)
    items = [
        dataclasses.replace(item, rating=Rating.NOT_ASSESSED, points=None, is_conform=False)
        for item in values.rated(base)
    ]
    gaps = gap.by_domain(items)
    snapshot = dataclasses.replace(
        base,
        domains=tuple(
            dataclasses.replace(domain, gap=gaps[domain.code]) for domain in base.domains
        ),
        whole=gap.measure(items),
        readiness=assess_readiness(items, (), base.thresholds),
    )

    page = documents.read("diagnosis", snapshot)[1].text

    assert "Aucuneexigencen’estencoreévaluée" in page
    assert "0,0%" not in page
    assert page.count("nonévalué") >= 7
