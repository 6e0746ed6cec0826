"""The home page of each account of the demonstration says what to do today, in order."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from crcaudit.accounts.models import User
from reports.management.demo import library

pytestmark = [pytest.mark.web, pytest.mark.django_db, pytest.mark.any_database]

# Some week by week; the others have such controls every month, and see those of the week.
WEEKLY, MONTHLY = "Contrôle à faire", {"recouvrement", "lyon", "massy"}
# What each account is asked; empty where there is nothing to do.
ASKED = {
    "qualite": {
        "Preuve demandée", "Réponse attendue", "Preuve attendue", "Action en retard",
        "Constat sans action", WEEKLY, "Réclamation à clore",
    },
    "exploitation": {
        "Preuve demandée", "Action en retard", "Action", "Preuve en retard", "Preuve à apporter",
        WEEKLY, "Contrôle en retard", "Contact à noter", "Décision du comité",
    },
    "recouvrement": {
        "Preuve demandée", "Action en retard", "Action", "Preuve à apporter",
        "Contact mystère à faire", "Décision en retard",
    },
    "lyon": {"Action"},
    "massy": {
        "Preuve demandée", "Action en retard", "Action", "Contact à noter", "Plan à écrire",
        "Décision du comité",
    },
    "direction": {
        "Action", "Contrôle en retard qui vous revient", "Escaladée à la direction",
        "Réclamation à clore",
    },
    "client": set(),
    "responsable.audit": {
        "Réponse à examiner", "Réponse à juger", "Audit à conclure", "Preuves à revoir",
        "Réunion de clôture",
    },
    "auditeur": {"Réponse à examiner", "Preuves à revoir", "Réunion de clôture"},
    "evaluateur": {
        "Réponse à examiner", "Réponse à juger", "Preuve à juger", "Preuves à revoir",
        "Constats à présenter", "Séance d’audit", "Équipe d’audit seule", "Réunion de clôture",
    },
    "evaluatrice": {
        "Réponse à examiner", "Preuves à revoir", "Séance d’audit", "Équipe d’audit seule",
        "Réunion de clôture",
    },
    "observateur": {"Indépendance à déclarer"},
    "decision": set(),
    "conseil": {"Constat sans action"},
    "administration": set(),
}  # fmt: skip


def test_every_account_is_listed():
    signing_in = [person for person in library.people().values() if not person.is_invited]

    guide = (settings.BASE_DIR / "docs" / "guide" / "README.md").read_text()

    assert [person.email.partition("@")[0] for person in signing_in] == list(ASKED)
    assert re.findall(r"`([\w.]+@demo\.example)`", guide) == [row.email for row in signing_in]


@pytest.mark.parametrize("name", ASKED)
def test_home_says_what_to_do_what_is_late_first(client, told, name):
    client.force_login(User.objects.get(email=f"{name}@demo.example"))
    today = timezone.localdate()

    tasks = client.get(reverse("audits:home")).context["tasks"]

    days = [task.due or today for task in tasks]
    labels = {task.label for task in tasks}
    assert labels - ({WEEKLY} if name in MONTHLY else set()) == ASKED[name]
    assert days == sorted(days)
