"""What the screens of providers share: whose they are, the period, with or without those under."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.figure_words import period_text
from audits.logic.periods import Grain, Period, period_of
from audits.measure_enums import GrainChoice
from audits.models.scorecard import scoring_organisations
from audits.permissions import scorecard as rights
from audits.presenters.indicators.scope import Option, provider_scope
from audits.snapshots.provider_tree import Provider, all_of, find, provider_tree
from audits.views.lists import choice
from crcaudit.accounts.models import Organisation
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.forms import FIRST_DAY, LAST_DAY

GRAINS = (Grain.MONTH, Grain.QUARTER, Grain.HALF, Grain.YEAR)
ALONE = "seul"
SETTLING = timedelta(days=7)  # figures of a period come in after its end


def scored_organisation(request: AuthRequest, key: UUID) -> Organisation:
    """The organisation, when the user reads providers for it; else 404."""
    return get_object_or_404(
        Organisation.objects.filter(scoring_organisations(request.user)), key=key
    )


class Asked:
    """What an address asks for: an organisation, a period, and whether branches are whole."""

    def __init__(self, request: AuthRequest, key: UUID) -> None:
        self.request, self.today = request, localdate()
        self.organisation = scored_organisation(request, key)
        self.reads_own = rights.reads_own_measures(request.user, self.organisation.pk)
        self.writes = rights.writes_scorecard(request.user, self.organisation.pk)
        self.grain = Grain(choice(request, "pas", GRAINS) or Grain.MONTH)
        self.is_branch = choice(request, "vue", (ALONE,)) != ALONE
        self.period = self._period()
        self.roots = provider_tree(self.organisation, own_list=self.reads_own)

    @property
    def providers(self) -> list[Provider]:
        """Everybody, each one before those under it."""
        return all_of(self.roots)

    def provider(self, token: UUID) -> Provider:
        """The provider that a key names; 404 for a key of nobody that the user reads."""
        found = find(self.roots, token)
        if found is None:
            raise Http404
        return found

    def query(self, **changes: Any) -> str:
        """What an address carries, with something else; "" for the usual."""
        kept = {
            "pas": "" if self.grain is Grain.MONTH else str(self.grain),
            "debut": self.request.GET.get("debut", "") and self.period.start.isoformat(),
            "vue": "" if self.is_branch else ALONE,
        }
        return urlencode({name: value for name, value in (kept | changes).items() if value})

    def to(self, name: str, *args: object, **changes: Any) -> str:
        """The address of a screen of this organisation, over the same period."""
        query = self.query(**changes)
        path = reverse(f"audits:{name}", args=[self.organisation.key, *args])
        return f"{path}?{query}" if query else path

    def same(self, **changes: Any) -> str:
        """This screen with something else."""
        query = self.query(**changes)
        return f"{self.request.path}?{query}" if query else self.request.path

    def context(self) -> dict[str, Any]:
        """What every page of it shows."""
        running = period_of(self.today, self.grain)
        later = self.period.after(1)
        return {
            "scope": provider_scope(self.request.user, self.organisation),
            "here": "scorecard",
            "period": period_text(self.period),
            "period_runs": not self.period.is_over(self.today),
            "earlier_url": self._at(self.period.after(-1)),
            "later_url": self._at(later) if later <= running else "",
            "grain_options": [
                Option(str(GrainChoice(grain).label), self._grain_url(grain), grain == self.grain)
                for grain in GRAINS
            ],
            "branch_options": self._branches(),
            "is_branch": self.is_branch,
            "writes": self.writes,
            "reads_own": self.reads_own,
        }

    def _branches(self) -> Sequence[Option]:
        if not any(root.below for root in self.roots):
            return ()
        return (
            Option(_("With their providers"), self.same(vue=""), self.is_branch),
            Option(_("Without them"), self.same(vue=ALONE), not self.is_branch),
        )

    def _at(self, period: Period) -> str:
        return self.same(debut=period.start.isoformat()) if period.start >= FIRST_DAY else ""

    def _grain_url(self, grain: Grain) -> str:
        """The usual period of another grain."""
        return self.same(pas="" if grain is Grain.MONTH else str(grain), debut="")

    def _period(self) -> Period:
        running = period_of(self.today, self.grain)
        asked = day_of(self.request.GET.get("debut", ""))
        if asked is None:
            return period_of(self.today - SETTLING, self.grain).after(-1)
        return min(period_of(asked, self.grain), running, key=lambda one: one.start)


def day_of(text: str) -> date | None:
    """The day that an address names, None for anything else than one within reason."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
