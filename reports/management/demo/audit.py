"""One audit of the story: evidence in the morning, ratings in the day, findings in the evening."""

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from django.utils.timezone import localdate

from audits.actions import assessment as rating
from audits.actions import audit as audit_actions
from audits.actions import team as team_actions
from audits.actions.finding import add_finding
from audits.actions.finding_fields import FindingFields
from audits.enums import AuditKind, TeamRole
from audits.models import Assessment, Audit
from crcaudit.accounts.models import User
from reports.management.demo.evidence import Deposit, bring
from reports.management.demo.library import AssessmentData, AuditData, FindingData
from reports.management.demo.moments import words_of
from reports.management.demo.scene import DEPARTURE, Scene


@dataclass(slots=True)
class AuditStory:
    """Schedules the steps of one audit, and carries them out."""

    scene: Scene
    organisation: str
    name: str
    data: AuditData
    words: dict[str, str] = field(init=False)
    rows: dict[str, Assessment] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.words = words_of(self.scene.moments.workday(self.data.days.start))

    def schedule(self) -> None:
        """Put every step of the audit in the agenda of the scene."""
        moments, agenda, days = self.scene.moments, self.scene.agenda, self.data.days
        agenda.add(moments.at(days.start, 10), self._start)
        for position, (row, day, slot) in enumerate(self._slots()):
            agenda.add(moments.at(day, 8, 30 + 3 * slot), partial(self._bring, row))
            agenda.add(moments.at(day, 10, 20 * slot), partial(self._rate, row, position))
            for finding in self.data.findings:
                if finding.code == row.code:
                    step = partial(self._write, finding, position)
                    agenda.add(moments.at(day, 17, 10 * slot), step)
        if days.validated is not None:
            agenda.add(moments.at(days.validated, 14), self._validate)

    @property
    def audit(self) -> Audit:
        """The audit, once it is started."""
        return self.scene.audits[self.name]

    def _slots(self) -> Iterator[tuple[AssessmentData, int, int]]:
        """Each requirement with the day of its rating and its rank on that day, evenly spread."""
        first, last = self.data.days.first, self.data.days.last
        count, seen = len(self.data.assessments), Counter[int]()
        for number, row in enumerate(self.data.assessments):
            day = first + (last - first + 1) * number // count
            yield row, day, seen[day]
            seen[day] += 1

    def _start(self, at: datetime) -> None:
        people = self.scene.cast.people
        by = people[self.data.started_by]
        audit = audit_actions.start_audit(
            certification=self.scene.certifications[self.organisation],
            kind=AuditKind(self.data.kind),
            is_per_site=False,
            objectives=self.data.objectives,
            start_date=localdate(at),
            end_date=self._last_day(),
            previous=self.scene.audits.get(self.data.previous),
            by=by,
            at=at,
        )
        self.scene.audits[self.name] = audit
        for key, role in self.data.team.items():
            member = team_actions.set_team_member(
                audit=audit,
                user=people[key],
                role=TeamRole(role),
                closes_on=self._last_day_of_access(),
                by=by,
                at=at,
            )
            if key in self.data.declared:
                links = self.data.declared[key]
                team_actions.declare_independence(member=member, links=links, at=at)
        rows = audit.assessments.select_related("audit__organisation")
        self.rows = {row.code: row for row in rows}
        for key, codes in self.data.assigned.items():
            for code in codes:
                days = self.data.due.get(code)
                due = None if days is None else self.scene.moments.date_in(days)
                rating.assign(assessment=self.rows[code], to=people[key], due=due, by=by, at=at)

    def _last_day(self) -> date | None:
        days, moments = self.data.days, self.scene.moments
        if days.validated is not None:
            return moments.workday(days.last)
        return None if days.ends_in is None else moments.date_in(days.ends_in)

    def _last_day_of_access(self) -> date | None:
        last, more = self._last_day(), self.data.access_after
        return None if last is None or more is None else last + timedelta(days=more)

    def _bring(self, row: AssessmentData, at: datetime) -> None:
        by = self.scene.cast.people[self.data.started_by]
        deposit = Deposit(self.rows[row.code], by, self.words, at)
        for key in row.evidence:
            bring(self.scene, self.scene.pieces[key], deposit)

    def _rate(self, row: AssessmentData, position: int, at: datetime) -> None:
        by = self._rater(position)
        # Read again: the evidence of the morning changed the row.
        known = Assessment.objects.select_related("audit__organisation").get(
            pk=self.rows[row.code].pk
        )
        known = rating.rate(
            assessment=known,
            version=known.version,
            level=row.level,
            na_reason=row.na_reason.format(**self.words),
            departure=row.comment.format(**self.words) or DEPARTURE,
            by=by,
            at=at,
        )
        if row.comment:
            text = row.comment.format(**self.words)
            rating.comment(assessment=known, version=known.version, text=text, by=by, at=at)

    def _write(self, data: FindingData, position: int, at: datetime) -> None:
        audit = self.audit
        scheme = audit.certification.edition.referential.scheme
        fields = FindingFields(
            grade=scheme.grades.get(code=data.grade),
            title=data.title.format(**self.words),
            required=data.required.format(**self.words),
            found=data.found.format(**self.words),
            consequence=data.consequence.format(**self.words),
            next_step=data.next_step.format(**self.words),
            found_date=localdate(at),
            evidence=tuple(self.scene.evidence[key] for key in data.evidence),
        )
        self.scene.findings[data.key] = add_finding(
            key=uuid.uuid4(),
            assessment=self.rows[data.code],
            fields=fields,
            by=self._rater(position),
            at=at,
        )

    def _validate(self, at: datetime) -> None:
        by = self.scene.cast.people[self.data.started_by]
        audit_actions.validate_audit(audit=self.audit, by=by, at=at)

    def _rater(self, position: int) -> User:
        """Those who rate take the requirements by halves, in the order of the grid."""
        raters = self.data.rated_by
        share = position * len(raters) // len(self.data.assessments)
        return self.scene.cast.people[raters[share]]
