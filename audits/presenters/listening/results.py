"""What listening measures, by site and period, and what it coaches, apart."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from audits.listening_enums import ListeningKind, MarkValue
from audits.logic.listening import Mean, Outcome, mean_of, needed
from audits.models import ListeningGrid, ListeningMark, ListeningPlan, ListeningSession
from audits.models.listening_grid import sites_managed_by
from audits.presenters.listening.words import ShareFigures, mean_text, share_figures, target_of
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.accounts.permissions import has_role, organisations_with
from crcaudit.core.formats import month_text, number

MONTHS_SHOWN, QUARTERS_SHOWN, PLAN_SHOWN = 12, 4, 3
QUARTER = 3
MONTH, QUARTER_VIEW = "mois", "trimestre"
FULL = 100


@dataclass(frozen=True, slots=True)
class Contact:
    """What figures need of a session that was drawn at random."""

    site: int
    heard_on: date
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Group:
    """Contacts of one period and site. ``heard`` counts those not assessed too."""

    period: str
    site: str
    heard: int
    mean: Mean
    error_free: int
    figures: ShareFigures
    is_whole: bool

    @property
    def mean_text(self) -> str:
        """The mean with its standard error."""
        return mean_text(self.mean)


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion over the whole window: its share of "compliant" among what applied."""

    grid: str
    section: str
    label: str
    is_critical: bool
    figures: ShareFigures
    counts: tuple[int, int, int]

    @property
    def segments(self) -> list[tuple[str, int]]:
        """Areas of the bar."""
        return list(zip(("ok", "part", "major"), self.counts, strict=True))

    @property
    def words(self) -> str:
        """The bar in words."""
        marks = (MarkValue.COMPLIANT, MarkValue.PARTLY, MarkValue.NOT_COMPLIANT)
        pairs = zip(marks, self.counts, strict=True)
        return ", ".join(f"{mark.label} {number(count)}" for mark, count in pairs)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A site in a month: contacts planned, heard, and heard with feedback given."""

    month: str
    site: str
    planned: int
    heard: int
    done: int

    @property
    def share(self) -> str:
        """Done over planned; how much is done needs no interval: all of it is counted."""
        if not self.planned:
            return _("not planned")
        return f"{number(Fraction(FULL * self.done, self.planned))} %"


@dataclass(frozen=True, slots=True)
class Results:
    """Everything on the page. ``latest`` is the newest period with contacts, None without."""

    groups: list[Group]
    latest: Group | None
    criteria: list[CriterionLine]
    targeted: Mean
    targeted_heard: int
    needed: int
    target: Fraction | None


def organisations_read_by(user: User) -> list[Organisation]:
    """Those of which the user reads results, by name: one query."""
    own = organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR, Role.SITE_MANAGER)
    audited = ListeningGrid.objects.visible_to(user).exclude(certification=None)
    outside = audited.exclude(organisation__in=_memberships(user)).values("organisation")
    rows = Organisation.objects.filter(Q(pk__in=own) | Q(pk__in=outside))
    return list(rows.order_by("name", "pk"))


def results(organisation: Organisation, user: User, *, view: str, today: date) -> Results:
    """The figures of one organisation, as far as the user reads them: 6 queries."""
    first = _first_day(view, today)
    rows = ListeningSession.objects.read_by(user).filter(
        organisation=organisation, heard_on__gte=first, heard_on__lte=today
    )
    names = dict(organisation.sites.values_list("pk", "name"))
    percent_target = target_of("QUA-02")
    target = None if percent_target is None else percent_target / FULL
    contacts = _contacts(rows.measuring())
    groups = list(_groups(contacts, names, view, target))
    wholes = [group for group in groups if group.is_whole]
    targeted = [row.outcome.score for row in _contacts(rows.filter(kind=ListeningKind.TARGETED))]
    return Results(
        groups=groups,
        latest=wholes[0] if wholes else None,
        criteria=_criteria(rows.measuring()),
        targeted=mean_of(score for score in targeted if score is not None),
        targeted_heard=len(targeted),
        needed=needed(),
        target=target,
    )


def plan_lines(organisation: Organisation, user: User, *, today: date) -> list[PlanLine]:
    """The plan of the last months on the sites that the user runs or directs: 3 queries.

    Empty for an auditor, to whom the plan is no evidence of a file.
    """
    sites = {site.pk: site.name for site in planned_sites(organisation, user)}
    months = months_back(today, PLAN_SHOWN)
    plans = ListeningPlan.objects.filter(site__in=sites, month__in=months)
    planned = {(row.site_id, row.month): row.planned for row in plans}
    heard: dict[tuple[int, date], tuple[int, int]] = {}
    rows = ListeningSession.objects.filter(site__in=sites, heard_on__gte=months[-1]).heard()
    counted = rows.annotate(month=TruncMonth("heard_on")).order_by().values("site", "month")
    told = Count("pk", filter=Q(debriefed_on__isnull=False))
    for row in counted.annotate(n=Count("pk"), told=told):
        heard[row["site"], row["month"]] = (row["n"], row["told"])
    return [
        PlanLine(
            month_text(month), name, planned.get((pk, month), 0), *heard.get((pk, month), (0, 0))
        )
        for month in months
        for pk, name in sites.items()
        if (pk, month) in planned or (pk, month) in heard
    ]


def planned_sites(organisation: Organisation, user: User) -> list[Site]:
    """Sites whose plan the user reads: all of them, or those that they manage."""
    rows = organisation.sites.order_by("name", "pk")
    if not has_role(user, organisation.pk, Role.QUALITY_MANAGER, Role.DIRECTOR):
        rows = rows.filter(pk__in=sites_managed_by(user))
    return list(rows)


def months_back(today: date, count: int, *, ahead: int = 0) -> list[date]:
    """First days of months, newest first: ``count`` up to that of today, and some ahead."""
    last = today.year * 12 + today.month - 1 + ahead
    return [date(m // 12, m % 12 + 1, 1) for m in range(last, last - count - ahead, -1)]


def table(found: Results) -> Iterator[list[str | int]]:
    """The groups as rows of a table; scores and shares with two decimals, without a name."""
    for row in found.groups:
        error = row.mean.standard_error
        yield [
            row.period,
            row.site,
            row.heard,
            row.mean.count,
            "" if row.mean.value is None else number(row.mean.value, decimals=2),
            "" if error is None else number(error, decimals=2),
            row.error_free,
            row.figures.share,
            row.figures.interval,
            row.figures.verdict,
        ]


def _memberships(user: User) -> list[int]:
    return organisations_with(user, *Role)


def _first_day(view: str, today: date) -> date:
    if view == MONTH:
        return months_back(today, MONTHS_SHOWN)[-1]
    into = (today.month - 1) % QUARTER
    return months_back(today, QUARTER * (QUARTERS_SHOWN - 1) + into + 1)[-1]


def _contacts(rows: Iterable[ListeningSession]) -> list[Contact]:
    return [Contact(row.site_id, row.heard_on, row.outcome) for row in rows]


def _groups(
    contacts: Sequence[Contact], names: dict[int, str], view: str, target: Fraction | None
) -> Iterator[Group]:
    """Newest period first; of each, all sites together and then one by one."""
    periods: dict[tuple[int, int], list[Contact]] = defaultdict(list)
    for row in contacts:
        part = row.heard_on.month if view == MONTH else (row.heard_on.month - 1) // QUARTER + 1
        periods[row.heard_on.year, part].append(row)
    for key in sorted(periods, reverse=True):
        rows, period = periods[key], _period_text(key, view)
        sites = sorted({row.site for row in rows}, key=lambda pk: (names[pk], pk))
        yield _group(period, _("All sites"), rows, target, is_whole=True)
        for pk in sites if len(names) > 1 else ():
            own = [row for row in rows if row.site == pk]
            yield _group(period, names[pk], own, target, is_whole=False)


def _group(
    period: str, site: str, rows: Sequence[Contact], target: Fraction | None, *, is_whole: bool
) -> Group:
    outcomes = [row.outcome for row in rows if row.outcome.score is not None]
    mean = mean_of(score for one in outcomes if (score := one.score) is not None)
    free = sum(not one.critical_errors for one in outcomes)
    figures = share_figures(free, mean.count, target)
    return Group(period, site, len(rows), mean, free, figures, is_whole)


def _period_text(key: tuple[int, int], view: str) -> str:
    year, part = key
    if view == MONTH:
        return month_text(date(year, part, 1))
    return _("Q%(quarter)s %(year)s") % {"quarter": part, "year": year}


def _criteria(rows: "QuerySet[ListeningSession]") -> list[CriterionLine]:
    """Criteria of the random contacts; those of several versions with one wording are one."""
    marks = ListeningMark.objects.filter(session__in=rows.order_by().values("pk"))
    names = ("grid__title", "section", "label", "is_critical")
    columns = [f"criterion__{name}" for name in names]
    counts: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    found = marks.order_by().values_list(*columns, "criterion__position", "mark")
    places: dict[tuple[str, ...], int] = {}
    for *name, position, mark, n in found.annotate(n=Count("pk")):
        counts[tuple(name)][mark] += n
        places[tuple(name)] = position
    return [
        _criterion_line(name, counts[name])
        for name in sorted(counts, key=lambda name: (name[0], places[name], name))
    ]


def _criterion_line(name: tuple[str, ...], marks: Counter[str]) -> CriterionLine:
    met, partly, missed = (
        marks[mark] for mark in (MarkValue.COMPLIANT, MarkValue.PARTLY, MarkValue.NOT_COMPLIANT)
    )
    grid, section, label, is_critical = name
    figures = share_figures(met, met + partly + missed, None)
    return CriterionLine(grid, section, label, bool(is_critical), figures, (met, partly, missed))
