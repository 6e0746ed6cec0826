"""What the browser tests start from; run inside the scratch installation, prints JSON."""

import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from audits.actions import assessment as ratings  # noqa: E402
from audits.actions.corrective_action import ActionFields, plan_action  # noqa: E402
from audits.actions.evidence import add_file  # noqa: E402
from audits.actions.evidence_request import RequestFields, ask_evidence  # noqa: E402
from audits.actions.finding import add_finding  # noqa: E402
from audits.actions.finding_fields import FindingFields  # noqa: E402
from audits.actions.sample import draw_sample, prepare_sample  # noqa: E402
from audits.actions.sample_fields import SampleFields  # noqa: E402
from audits.actions.sharing import ShareFields, share_file  # noqa: E402
from audits.actions.subcontractor import SubcontractorFields, add_subcontractor  # noqa: E402
from audits.actions.team import set_team_member  # noqa: E402
from audits.enums import AuditKind, TeamRole  # noqa: E402
from audits.logic.sampling import Unit  # noqa: E402
from audits.models import Assessment, Audit, Certification  # noqa: E402
from audits.sample_enums import SampleMethod, SampleSubject  # noqa: E402
from audits.sharing_enums import ShareLevel  # noqa: E402
from crcaudit.accounts import actions as accounts  # noqa: E402
from crcaudit.accounts.enums import OrganisationKind, Role  # noqa: E402
from crcaudit.accounts.models import Site, User  # noqa: E402
from engagements.enums import Severity  # noqa: E402
from engagements.models import Edition, FindingGrade, Scheme  # noqa: E402
from tests.browser import (  # noqa: E402
    world_alerts,
    world_certification,
    world_controls,
    world_listening,
    world_movement,
)
from tests.browser.documents import pdf, png  # noqa: E402
from tests.browser.world_steps import begin, rate, rows_of  # noqa: E402

PASSWORD = "un mot de passe d'essai"
HASH = make_password(PASSWORD)  # once: it takes long on purpose
PEOPLE = (
    ("qualite", Role.QUALITY_MANAGER),
    ("collegue", Role.QUALITY_MANAGER),
    ("contributeur", Role.CONTRIBUTOR),
    ("direction", Role.DIRECTOR),
)
NOW = timezone.now()


def main() -> None:
    call_command("import_indicators", "fixtures/indicators.yaml", verbosity=0)
    call_command(
        "import_referential", "fixtures/referentials/sfr-2004.yaml", publish=True, verbosity=0
    )
    centre = _organisation("Opérateur d'essai")
    people = {name: _person(name, centre, role) for name, role in PEOPLE}
    client = _organisation("Autre centre d'essai")
    _person("etranger", client, Role.QUALITY_MANAGER)
    administrator = _person("administration", _organisation("Plateforme"), Role.ADMINISTRATOR)
    User.objects.filter(pk=administrator.pk).update(is_staff=True, is_superuser=True)
    by = people["qualite"]
    file = _file(centre, by)
    audit = begin(file, AuditKind.DIAGNOSIS, by, NOW)
    # Named on the audit; independence is to be declared.
    set_team_member(audit=audit, user=_user("auditeur"), role=TeamRole.OBSERVER, by=by, at=NOW)
    rows = rows_of(audit)
    for row, level in zip(rows[:6], ("C", "P", "NC", "C", "C", "P"), strict=True):
        rate(row, level, by, NOW)
    ratings.assign(assessment=rows[0], to=people["contributeur"], by=by, at=NOW)
    _samples(audit, by)
    _share(file, client, by)
    print(
        json.dumps(
            {
                **_third_parties(),
                "audit": str(audit.key),
                "file": str(file.key),
                "organisation": str(centre.key),
                "site": file.sites.get().pk,
                "member": centre.memberships.get(user=people["contributeur"]).pk,
                "account": str(people["contributeur"].key),
                "rows": [row.pk for row in rows],
                "request": _request(rows[0], people["collegue"]),
                "evidence": _evidence(rows[0], by),
                **_finding(rows[2], file.edition.referential.scheme, by),
                **_movement(),
                **world_controls.add_control_plan(
                    file,
                    by=by,
                    director=people["direction"],
                    doer=people["contributeur"],
                    at=NOW,
                ),
                "listening": _listening(),
                **_measuring(),
                "counting": _counting(),
            }
        )
    )


def _organisation(name):
    return accounts.create_organisation(name=name, kind=OrganisationKind.CENTRE, by=None, at=NOW)


def _user(name):
    return User.objects.create(
        email=f"{name}@essai.test", password=HASH, first_name=name.title(), last_name="Essai"
    )


def _person(name, organisation, role):
    user = _user(name)
    accounts.add_member(organisation=organisation, user=user, role=role, by=None, at=NOW)
    return user


def _file(centre, by):
    file = Certification.objects.create(
        organisation=centre,
        edition=Edition.objects.get(),
        reference="CERT-0000-01",
        title="Dossier déjà ouvert",
        scope="Appels entrants",
        channels=["PHONE"],
        opened_at=NOW,
        opened_by=by,
    )
    file.sites.set([Site.objects.create(organisation=centre, name="Lyon")])
    return file


def _request(row: Assessment, by: User) -> str:
    """Key of a request that waits for an answer, for a requirement of somebody else's."""
    fields = RequestFields(
        assessments=(row,),
        text="Relevé des appels présentés et décrochés",
        scope="Les trois derniers mois",
        due_date=NOW.date() + timedelta(days=7),
    )
    (asked,) = ask_evidence(key=uuid4(), audit=row.audit, requests=[fields], by=by, at=NOW)
    return str(asked.key)


def _share(file, client, by) -> None:
    """The file is shared with another organisation, and has subcontractors of two levels."""
    share_file(
        certification=file, client=client, fields=ShareFields(ShareLevel.FINDINGS), by=by, at=NOW
    )
    above = None
    for name in ("Premier rang", "Second rang"):
        fields = SubcontractorFields(name=name, activity="Soirées", parent=above)
        above = add_subcontractor(key=uuid4(), certification=file, fields=fields, by=by, at=NOW)


def _evidence(row: Assessment, by: User) -> dict[str, str]:
    """Key of each piece of evidence by the end of its file name, or by what it is for."""
    contents = {
        "pdf": pdf(3),
        "readings": pdf(1),  # nobody else opens it
        "png": png(),
        "csv": b"Semaine;Taux\nS10;85,4 %\nS11;=1+1\n",
    }
    kept = {}
    for end, content in contents.items():
        name = f"Pièce.{end}" if end != "readings" else "Lectures.pdf"
        upload = SimpleUploadedFile(name, content)
        kept[end] = str(add_file(assessment=row, upload=upload, by=by, at=NOW).key)
    return kept


def _samples(audit: Audit, by: User) -> None:
    """ECH-01 drawn, without results; ECH-02 still to be drawn."""
    fields = SampleFields(
        subject=SampleSubject.UNITS,
        title="Courriers relus",
        counted="La réponse traite chaque demande",
        source="Courriers de mars",
        units=tuple(Unit(f"CR-{number:03d}", "Lyon") for number in range(1, 41)),
        population_size=40,
        method=SampleMethod.SIMPLE,
        size=6,
        confidence=95,
        margin=10,
        target=Decimal(90),
    )
    for is_drawn in (True, False):
        sample = prepare_sample(key=uuid4(), audit=audit, fields=fields, by=by, at=NOW)
        if is_drawn:
            draw_sample(sample=sample, version=1, by=by, at=NOW)


def _movement() -> dict[str, object]:
    """Two more centres: one with two audits, one whose audit two people fill in."""
    followed = _organisation("Centre suivi d'essai")
    offline = _organisation("Centre hors ligne d'essai")
    _person("voisine", offline, Role.QUALITY_MANAGER)
    manager = _person("suivi", followed, Role.QUALITY_MANAGER)
    traveller = _person("nomade", offline, Role.QUALITY_MANAGER)
    return {
        **world_movement.followed(_file(followed, manager), manager, NOW),
        **world_movement.taken_away(_file(offline, traveller), traveller, NOW),
    }


def _listening() -> dict[str, object]:
    """A centre that listens: see `world_listening`."""
    centre = _organisation("Centre à l'écoute d'essai")
    manager = _person("ecoute", centre, Role.QUALITY_MANAGER)
    others = [_person(name, centre, Role.CONTRIBUTOR) for name in ("oreille", "casque")]
    return world_listening.listens(centre, manager, others, NOW)


def _measuring() -> dict[str, str]:
    """A centre with targets: see `world_alerts`."""
    centre = _organisation(world_alerts.CENTRE)
    _person("dirige", centre, Role.DIRECTOR)
    return world_alerts.measuring(centre, _person("mesure", centre, Role.QUALITY_MANAGER))


def _counting() -> str:
    """Key of a centre with the same targets and no figure yet."""
    centre = _organisation("Centre qui compte d'essai")
    Site.objects.create(organisation=centre, name="Vénissieux")
    return world_alerts.measuring(centre, _person("compte", centre, Role.QUALITY_MANAGER))[
        "measuring"
    ]


def _third_parties() -> dict[str, str]:
    """Three centres audited by others: see `world_certification`."""
    reviewed = _organisation("Centre audité d'essai")
    answering = _organisation("Centre qui répond d'essai")
    certified = _organisation("Centre certifié d'essai")
    body = accounts.create_organisation(
        name="Organisme d'essai", kind=OrganisationKind.CERTIFICATION_BODY, by=None, at=NOW
    )
    _person("decide", body, Role.DECISION_MAKER)
    _person("pilote", answering, Role.CONTRIBUTOR)
    manager = _person("audite", reviewed, Role.QUALITY_MANAGER)
    answers = _person("repond", answering, Role.QUALITY_MANAGER)
    holder = _person("certifie", certified, Role.QUALITY_MANAGER)
    lead = _user("externe")
    return {
        **world_certification.to_review(_file(reviewed, manager), manager, lead, NOW),
        **world_certification.to_answer(_file(answering, answers), answers, lead, NOW),
        **world_certification.to_decide(_file(certified, holder), body, holder, lead, NOW),
    }


def _finding(row: Assessment, scheme: Scheme, by: User) -> dict[str, str]:
    """A finding, and a late action that answers it."""
    finding = add_finding(
        key=uuid4(),
        assessment=row,
        fields=FindingFields(
            grade=FindingGrade.objects.get(scheme=scheme, severity=Severity.MAJOR),
            title="Horaires faux sur deux supports",
            required="Des horaires justes sur tous les supports.",
            found="Deux supports sur dix donnent les horaires d'avant l'été.",
            found_date=NOW.date(),
        ),
        by=by,
        at=NOW,
    )
    action = plan_action(
        key=uuid4(),
        finding=finding,
        fields=ActionFields(
            title="Corriger les deux supports",
            owner=by,
            due_date=NOW.date() - timedelta(days=3),
        ),
        by=by,
        at=NOW,
    )
    return {"finding": str(finding.key), "action": str(action.key)}


if __name__ == "__main__":
    main()
