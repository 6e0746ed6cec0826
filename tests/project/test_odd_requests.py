"""Addresses that no page of ours leads to: refused or passed over, never an error of ours."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from tests.project import asking
from tests.project.matrix import LINES
from tests.project.pages import read

pytestmark = [pytest.mark.web, pytest.mark.django_db, pytest.mark.long]

# What each URL may be asked in its query string, found by reading and held by a test below.
PARAMETERS = {
    "accounts:organisations": ("q", "page"),
    "accounts:organisation": ("etat", "page"),
    "accounts:people": ("q", "etat", "page"),
    "audits:search": ("q",),
    "audits:certifications": ("page",),
    "audits:start-audit": ("nature",),
    "audits:prepare": ("quoi", "qui", "page"),
    "audits:assign-many": ("partie",),
    "audits:preview-share": ("niveau",),
    "audits:preparation-table": ("quoi", "qui"),
    "audits:compare": ("avant", "apres", "quoi", "page"),
    "audits:comparison-table": ("avant", "apres", "quoi"),
    "audits:priorities": ("page",),
    "audits:grid": ("engagement", "filtre", "site", "exigence"),
    "audits:answer-request": ("q",),
    "audits:ask-evidence": ("exigence",),
    "audits:evidence-requests": ("etat", "retard", "page"),
    "audits:request-table": ("etat", "retard"),
    "audits:samples": ("page",),
    "audits:sample": ("page",),
    "audits:add-sample": ("exigence",),
    "audits:changes": ("depuis", "exigence"),
    "audits:evidence-list": ("etat", "type", "exigence", "q", "sort", "page"),
    "audits:add-evidence": ("type", "q"),
    "audits:evidence": ("version",),
    "audits:link-evidence": ("audit",),
    "audits:evidence-file": ("view",),
    "audits:evidence-preview": ("feuille",),
    "audits:review": ("filtre", "piece"),
    "audits:finding-list": ("dossier", "etat", "gravite", "retard", "sort", "page"),
    "audits:finding-due-dates": ("found_date", "grade", "version", "key", "evidence"),
    "audits:action-list": (
        *("dossier", "responsable", "vue", "etat"),
        *("miennes", "retard", "sort", "page"),
    ),
    "audits:action-table": ("dossier", "responsable", "etat", "miennes", "retard", "sort"),
    "engagements:edition": ("q", "criticality"),
    "engagements:indicators": ("q", "dimension", "stage"),
    "audits:programmes": ("page",),
    "audits:journey": ("lieu",),
    "audits:dimensions": ("lieu",),
    "audits:series": ("lieu", "duree", "periode"),
    "audits:enter-measures": ("lieu", "pas", "etape", "fin"),
    "audits:contact-reasons": ("lieu", "fin", "duree", "canal", "niveau"),
    "audits:reason-table": ("lieu", "fin", "duree", "canal", "niveau"),
    "audits:contact-volumes": ("lieu", "fin", "duree", "canal", "niveau", "motif", "page"),
    "audits:contact-channels": ("lieu", "fin", "duree", "canal", "niveau"),
    "audits:channel-table": ("lieu", "fin", "duree", "canal", "niveau"),
    "audits:enter-volumes": ("lieu", "pas", "fin"),
    "audits:enter-costs": ("lieu", "canal", "fin"),
    "audits:send-feedback": ("lieu", "fin", "duree", "canal", "niveau"),
    "audits:measure-imports": ("page",),
    "audits:scorecard": ("pas", "debut", "vue"),
    "audits:scorecard-table": ("pas", "debut", "vue"),
    "audits:compare-providers": ("pas", "debut", "vue", "p"),
    "audits:provider-scorecard": ("pas", "debut", "vue"),
    "audits:scorecard-grid": ("version",),
    "audits:satisfaction": ("lieu",),
    "audits:survey-waves": ("page",),
    "audits:barometer": ("lieu", "annee"),
    "audits:barometer-marks": ("lieu",),
    "audits:control-lines": ("q", "version", "frequence", "responsable"),
    "audits:control-lines-table": ("q", "version", "frequence", "responsable"),
    "audits:control-month": ("controle", "mois", "personne", "etat", "site"),
    "audits:control-results": ("mois", "personne", "etat", "site", "page"),
    "audits:control-results-table": ("mois", "personne", "etat", "site"),
    "audits:judge-control": ("checked", "compliant", "basis"),
    "audits:listening": ("organisme", "vue"),
    "audits:listening-table": ("organisme", "vue"),
    "audits:listening-plan": ("organisme",),
    "audits:listening-sessions": ("nature", "page"),
    "audits:add-listening": ("grille",),
    "audits:listening-grids": ("page",),
    "audits:write-grid": ("modele",),
    "audits:calibrations": ("page",),
    "audits:open-calibration": ("organisme",),
    "audits:mystery": ("page",),
    "audits:plan-campaign": ("organisme",),
    "audits:mystery-scenarios": ("page",),
    "audits:write-mystery-scenario": ("organisme",),
    "audits:alerts": ("etat", "niveau", "retard", "lieu", "indicateur", "sort", "page"),
    "audits:alert-table": ("etat", "niveau", "retard", "lieu", "indicateur", "sort"),
    "audits:write-alert-rule": ("indicateur", "lieu"),
    "audits:open-complaint": ("indicateur",),
    "audits:committee-packs": ("pas", "fin"),
    "audits:committee-pack": ("lieu",),
    "audits:committee-table": ("lieu",),
    "audits:decide-committee": ("reclamation", "controle", "action", "indicateur", "lieu"),
    "reports:list": ("kind", "file", "state", "page"),
    "account_login": ("next",),
}
ODD = (
    *("", "0", "-1", "1.5", "NaN", "abc", "²", "٣", "9" * 30, "9" * 5000, "é" * 3000),
    *("%%%%", "\\", "'; --", "\x00", "a\x00b", "\x0b\u202e", "//crcx.test", "javascript:crcx()"),
    *("-password", "organisation__memberships__user__password", '"><svg onload=crcx()>'),
    *("2026-13-45T99:99", "0001-01-01T00:00", "9999-12-31T23:59:59+00:00", "2026-01-01T00:00"),
    "00000000-0000-0000-0000-000000000000",
)
ALLOWED = {200, 204, 302, 400, 404, 409, 422}
FIRST = {line.name: line for line in reversed(LINES) if line.verb == "GET"}


def principal(line) -> str:
    """Somebody who may do what the line says; before anybody who is only sent elsewhere."""
    shown = (who for who, status in line.statuses.items() if status in {200, 204})
    sent = (who for who, status in line.statuses.items() if status in {302, 409})
    return next(shown, None) or next(sent)


def asks(line) -> str:
    return "manager" if line.statuses["manager"] in {200, 204} else principal(line)


def check(answer) -> None:
    content = asking.content_of(answer)
    assert answer.status_code in ALLOWED
    if answer.headers.get("Content-Type", "").startswith("text/html") and content:
        assert read(answer).alive == []


@pytest.mark.parametrize(
    ("name", "parameter"), [(n, p) for n, names in PARAMETERS.items() for p in names]
)
def test_an_odd_parameter_is_refused_or_passed_over(world, name, parameter):
    line = FIRST[name]
    client = world.client("anonymous" if name.startswith("account") else asks(line))
    url = asking.address(name, line.thing, world.own, world.shared).partition("?")[0]

    for value in ODD:
        check(client.get(url, {parameter: value}))
    for query in (f"{parameter}=1&{parameter}=2", f"{parameter}=%ff%fe", f"{parameter}[]=1"):
        check(client.get(f"{url}?{query}"))


def test_every_parameter_that_a_page_reads_is_tried(world, monkeypatch):
    """Recorded while every page is opened: a new one has to be named above."""
    asked = set()
    monkeypatch.setattr(QueryDict, "get", recording(QueryDict.get, asked))
    unnamed = {}
    for name, line in FIRST.items():
        asked.clear()
        url = asking.address(name, line.thing, world.own, world.shared).partition("?")[0]
        answer = world.client(asks(line)).get(url, {"crcx": "1"})
        asking.content_of(answer)
        found = asked - set(PARAMETERS.get(name, ())) - OF_THE_FRAMEWORK
        if found:
            unnamed[name] = found

    assert unnamed == {}


# The sign-in pages are allauth's: it looks for where to go next, whatever the page.
OF_THE_FRAMEWORK = {"next"}


def recording(original, asked):
    def get(self, key, default=None):
        if "crcx" in self.keys() or not self:
            asked.add(key)
        return original(self, key, default)

    return get


@pytest.mark.parametrize("name", [n for n, line in FIRST.items() if line.thing not in asking.FIXED])
def test_an_odd_address_does_not_exist(world, name):
    """Numbers that no row can have, codes that no file can hold."""
    kwargs = asking.arguments(name, FIRST[name].thing, world.own, world.shared)
    url = reverse(name, kwargs=kwargs)
    client = world.client("manager")
    for value in kwargs.values():
        for odd in ("9" * 30, "9" * 5000, "-1", "%00", "%ff", "a" * 300, "..%2f..", "%F0%9F%A7%BF"):
            answer = client.get(url.replace(str(value), odd))
            asking.content_of(answer)
            assert answer.status_code == 404
