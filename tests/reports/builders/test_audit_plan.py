"""The plan of an audit as a document: everything of it is printed, tagged and embedded."""

import dataclasses
import io
from datetime import date

import pikepdf
import pytest

from audits.snapshots import AuditPlanSnapshot, digest, from_json, to_json
from audits.snapshots.plan import PlanDayView, SlotView
from reports.builders.meta import ReportMeta, ReportRenderError
from reports.builders.pdf_audit_plan import build_audit_plan_pdf
from tests.project.hostile import CORPUS
from tests.reports import pdf_text
from tests.reports.builders.documents import MARKS

pytestmark = MARKS

SLOT = SlotView(
    starts="9 h 00",
    ends="10 h 30",
    kind="Séance d'audit",
    title="Accueil téléphonique",
    method="Sur site",
    site="Lyon",
    auditors=("Noa Essai", "Maé Essai"),
    people_met="Superviseur",
    topics="Dix appels",
    codes=("D1",),
)
PLAN = AuditPlanSnapshot(
    schema=1,
    language="fr",
    organisation="Opérateur Essai",
    certification="CERT-2026-01",
    audit="AI-2026-01",
    kind="Audit interne",
    version=7,
    start=date(2026, 5, 4),
    end=date(2026, 5, 5),
    referential="Référentiel d'essai",
    edition="1",
    notice="Texte d'essai.",
    objectives="Vérifier",
    scope="Appels entrants",
    criteria="Le référentiel",
    audit_language="Français",
    confidentiality="Pas de nom au rapport",
    remote_means="Visioconférence",
    fallback="Téléphone",
    logistics="Badges",
    team=(("Noa Essai", "Responsable d'audit"),),
    days=(PlanDayView(date(2026, 5, 4), (SLOT,)), PlanDayView(date(2026, 5, 5), (SLOT,) * 2)),
    parts=(("D1", "Un service facile à joindre"),),
    journal_root="12:abc",
)


def meta(plan: AuditPlanSnapshot) -> ReportMeta:
    return ReportMeta(
        reference="PA-AI-2026-01",
        revision="1",
        title="Plan d'audit",
        language=plan.language,
        created_on=date(2026, 5, 1),
        confidentiality="Diffusion restreinte",
        prepared_by="Camille Essai",
        approved_by="",
        template_version="audit_plan_v1",
        app_version="1",
        snapshot_sha256=digest(to_json(plan)),
        is_draft=False,
        distribution=(),
    )


def built(plan: AuditPlanSnapshot = PLAN) -> bytes:
    return build_audit_plan_pdf(plan, meta(plan))


def text_of(pdf: bytes) -> str:
    return pdf_text.squeezed(" ".join(page.text for page in pdf_text.read(pdf)))


def test_everything_of_the_plan_is_printed():
    text = text_of(built())

    for expected in (
        *("Opérateur Essai", "AI-2026-01", "Vérifier", "Appels entrants", "Le référentiel"),
        *("Pas de nom au rapport", "Visioconférence", "Téléphone", "Badges", "Superviseur"),
        *("4 mai 2026", "5 mai 2026", "9 h 00", "Accueil téléphonique", "Dix appels", "Maé Essai"),
        *("Un service facile à joindre", "Responsable d'audit", "Lyon, Sur site"),
    ):
        assert pdf_text.squeezed(expected) in text, expected


def test_it_is_tagged_archival_and_holds_its_data():
    with pikepdf.open(io.BytesIO(built())) as document:
        assert bool(document.Root.MarkInfo.Marked)
        assert str(document.Root.Lang) == "fr"
        kept = document.attachments["snapshot.json"].get_file().read_bytes()

    assert from_json(AuditPlanSnapshot, kept.decode()) == PLAN


def test_the_same_plan_gives_the_same_bytes():
    assert built() == built()


def test_a_plan_without_slots_says_so():
    plan = dataclasses.replace(PLAN, days=(), parts=(), team=(), end=None)

    assert pdf_text.squeezed("Pas encore de créneau") in text_of(built(plan))


def test_hostile_texts_are_printed_as_texts():
    slots = tuple(dataclasses.replace(SLOT, title=text[:150] or "x") for text in CORPUS)
    plan = dataclasses.replace(PLAN, days=(PlanDayView(date(2026, 5, 4), slots),))

    assert built(plan).startswith(b"%PDF")


def test_data_of_another_plan_are_refused():
    other = dataclasses.replace(PLAN, version=8)

    with pytest.raises(ReportRenderError):
        build_audit_plan_pdf(other, meta(PLAN))
