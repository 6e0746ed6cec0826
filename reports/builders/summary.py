"""What a director reads in one minute: the answer in a sentence, the domains, what blocks."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.logic.gap import Gap
from audits.logic.readiness import BlockerKind
from audits.snapshots import AuditSnapshot, DomainView, RequirementView
from crcaudit.core.formats import points
from reports import charts
from reports.builders.words import in_points, limit, pooled, score, share, spelled, typo


def lead(snapshot: AuditSnapshot) -> list[str]:
    """Two to four sentences from the figures alone: how far, what blocks, what is unknown."""
    kinds = [blocker.kind for blocker in snapshot.readiness.blockers]
    return [
        sentence
        for sentence in (
            _how_far(snapshot),
            _what_blocks(snapshot, kinds),
            _domains_under(snapshot, kinds.count(BlockerKind.DOMAIN_UNDER)),
            _unknown(kinds.count(BlockerKind.NOT_EXAMINED)),
        )
        if sentence
    ]


def _how_far(snapshot: AuditSnapshot) -> str:
    value = snapshot.whole.score
    if value is None:
        return _("No requirement has been assessed yet: conformity cannot be stated.")
    values = {"score": score(value, snapshot.thresholds.global_score)}
    if snapshot.baseline is None:
        return _("The customer service meets %(score)s of the referential.") % values
    values["points"] = points(abs(value - snapshot.baseline))
    if value > snapshot.baseline:
        return (
            _(
                "The customer service meets %(score)s of the referential, "
                "%(points)s more than at the diagnosis."
            )
            % values
        )
    if value < snapshot.baseline:
        return (
            _(
                "The customer service meets %(score)s of the referential, "
                "%(points)s less than at the diagnosis."
            )
            % values
        )
    return (
        _("The customer service meets %(score)s of the referential, as at the diagnosis.") % values
    )


def _what_blocks(snapshot: AuditSnapshot, kinds: list[BlockerKind]) -> str:
    if snapshot.readiness.ready:
        return _("Nothing prevents certification today: every threshold is reached.")
    majors = kinds.count(BlockerKind.OPEN_MAJOR)
    if majors:
        return ngettext(
            "One open major nonconformity prevents certification today.",
            "%(count)s open major nonconformities prevent certification today.",
            majors,
        ) % {"count": spelled(majors)}
    return ngettext(
        "One point prevents certification today.",
        "%(count)s points prevent certification today.",
        len(kinds),
    ) % {"count": spelled(len(kinds))}


def _domains_under(snapshot: AuditSnapshot, count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "One domain is below its threshold of %(threshold)s.",
        "%(count)s domains are below their threshold of %(threshold)s.",
        count,
    ) % {"count": spelled(count), "threshold": limit(snapshot.thresholds.domain_score)}


def _unknown(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "One requirement is not assessed yet.",
        "%(count)s requirements are not assessed yet.",
        count,
    ) % {"count": spelled(count)}


def key_figures(snapshot: AuditSnapshot) -> list[dict[str, str]]:
    """Four figures with what they are of, and the counts left out of the score."""
    whole = snapshot.whole
    return [
        {
            "value": score(whole.score, snapshot.thresholds.global_score),
            "label": _("score, for a threshold of %(threshold)s")
            % {"threshold": limit(snapshot.thresholds.global_score)},
        },
        {"value": share(whole.conform, whole.examined), "label": _("examined, conform")},
        {
            "value": share(whole.with_evidence, whole.applicable),
            "label": _("applicable, with valid evidence"),
        },
        {
            "value": f"{whole.not_applicable} · {whole.applicable - whole.examined}",
            "label": _("not applicable · not assessed"),
        },
    ]


def domain_rows(snapshot: AuditSnapshot) -> Iterator[dict[str, str]]:
    """One row per domain, then the whole: counts, score, bar, gap, what misses the threshold."""
    asked = snapshot.thresholds.domain_score
    for domain in snapshot.domains:
        names = {"code": domain.code, "title": typo(domain.title)}
        yield _row(names, domain.gap, domain.baseline, asked)
    names = {"code": "", "title": _("Whole"), "whole": "whole"}
    asked = snapshot.thresholds.global_score
    yield _row(names, snapshot.whole, snapshot.baseline, asked)


def _row(
    names: dict[str, str], gap: Gap, baseline: Fraction | None, asked: Fraction
) -> dict[str, str]:
    value = gap.score
    bar = charts.score_bar(value, threshold=asked, baseline=baseline, width=170)
    return names | {
        "total": str(gap.total),
        "score": pooled(gap, asked),
        "bar": charts.data_uri(bar),
        "bar_words": _("Score %(score)s, threshold %(threshold)s")
        % {"score": pooled(gap, asked), "threshold": limit(asked)},
        "gap": in_points(gap.gap),
        "short": _shortfall(value, asked),
    }


def _shortfall(value: Fraction | None, asked: Fraction) -> str:
    if value is None:
        return in_points(None)
    return _("reached") if value >= asked else in_points(asked - value)


def weakest(snapshot: AuditSnapshot) -> str:
    """The engagement with the lowest score, which the mean hides; "" when nothing is rated."""
    if snapshot.readiness.weakest is None:
        return ""
    code, value = snapshot.readiness.weakest
    text = next(
        (
            engagement.text
            for domain in snapshot.domains
            for engagement in domain.engagements
            if engagement.code == code
        ),
        "",
    )
    return typo(
        _("Weakest engagement: %(code)s %(text)s, %(score)s.")
        % {"code": code, "text": text, "score": score(value)}
    )


def degree(snapshot: AuditSnapshot) -> str:
    """The statement of the degree to which the criteria are met."""
    whole = snapshot.whole
    if not whole.examined:
        return _("No requirement has been examined: no degree of conformity can be stated.")
    return _(
        "Of %(applicable)s applicable requirements, %(examined)s were examined and %(conform)s "
        "are conform; the weighted score is %(score)s."
    ) % {
        "applicable": whole.applicable,
        "examined": whole.examined,
        "conform": whole.conform,
        "score": score(whole.score, snapshot.thresholds.global_score),
    }


def requirements(domains: Iterable[DomainView]) -> Iterator[RequirementView]:
    """Every requirement of the domains, in order."""
    for domain in domains:
        for engagement in domain.engagements:
            yield from engagement.requirements
