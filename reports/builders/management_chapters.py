"""The chapters that a director reads: cover, summary, conclusions, overview with its charts."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.logic.gap import Rating
from audits.logic.gap_rules import rule
from audits.snapshots import AuditSnapshot, ConclusionView
from crcaudit.core.formats import date_text, percent, points
from reports import charts
from reports.builders import blocking, summary
from reports.builders.chapters import Chapter, document_cover
from reports.builders.meta import ReportMeta
from reports.builders.styles import SYMBOLS
from reports.builders.words import listed, period, pooled, typo


def cover(snapshot: AuditSnapshot, meta: ReportMeta) -> dict[str, object]:
    """What, who, when, reference, revision, confidentiality, and the scheme's own notice."""
    held = [snapshot.kind_label, period(snapshot.start_date, snapshot.end_date)]
    return document_cover(meta) | {
        "organisation": typo(snapshot.organisation),
        "lines": [
            typo(snapshot.referential),
            _("Edition %(edition)s") % {"edition": typo(snapshot.edition)},
            counts(snapshot),
        ],
        "facts": [
            " ".join(word for word in held if word),
            _("Sites: %(sites)s") % {"sites": listed(snapshot.sites)} if snapshot.sites else "",
        ],
        "notice": typo(snapshot.notice),
    }


def counts(snapshot: AuditSnapshot) -> str:
    """How many domains, engagements and requirements the referential has."""
    engagements = [view for domain in snapshot.domains for view in domain.engagements]
    codes = {view.code for view in summary.requirements(snapshot.domains)}
    return ", ".join(
        (
            ngettext("%(count)s domain", "%(count)s domains", len(snapshot.domains))
            % {"count": len(snapshot.domains)},
            ngettext("%(count)s engagement", "%(count)s engagements", len(engagements))
            % {"count": len(engagements)},
            ngettext("%(count)s requirement", "%(count)s requirements", len(codes))
            % {"count": len(codes)},
        )
    )


def management_summary(snapshot: AuditSnapshot) -> Chapter:
    """One page: the answer, the domains, what blocks."""
    return Chapter(
        "summary",
        _("Management summary"),
        "reports/pdf/_summary.html",
        data={
            "lead": summary.lead(snapshot),
            "figures": summary.key_figures(snapshot),
            "domains": list(summary.domain_rows(snapshot)),
            "ready": snapshot.readiness.ready,
            "blocking": blocking.in_brief(snapshot),
            "weakest": summary.weakest(snapshot),
            "target": date_text(snapshot.target_date),
        },
    )


def conclusions(snapshot: AuditSnapshot) -> Chapter:
    """Degree to which the criteria are met, progress, strong points, what to watch."""
    by_severity = {
        severity: [
            {
                "reference": view.reference,
                "requirement": view.requirement,
                "title": typo(view.title),
            }
            for view in snapshot.findings
            if view.severity == severity
        ]
        for severity in ("major", "strong", "watch", "improve")
    }
    return Chapter(
        "conclusions",
        _("Conclusions"),
        "reports/pdf/_conclusions.html",
        data={
            "degree": summary.degree(snapshot),
            "progress": _progress(snapshot),
            "radar": _radar(snapshot),
            "concluded": _concluded(snapshot.conclusion),
            "groups": [
                {
                    "title": title,
                    "items": by_severity[severity],
                    "shape": shape,
                    "symbol": SYMBOLS[shape],
                    "none": none,
                }
                for severity, title, shape, none in (
                    ("major", _("Major nonconformities"), "major", _("None.")),
                    ("strong", _("Strong points"), "ok", _("None was recorded.")),
                    ("watch", _("Sensitive points"), "part", _("None was recorded.")),
                    ("improve", _("Opportunities for improvement"), "na", _("None was recorded.")),
                )
            ],
        },
    )


def _concluded(view: ConclusionView | None) -> dict[str, str] | None:
    """What the lead auditor of a third party concludes; None in the organisation's own audits."""
    if view is None:
        return None
    return {
        "summary": typo(view.summary),
        "recommendation": view.recommendation_label,
        "not_covered": typo(view.not_covered),
    }


def _progress(snapshot: AuditSnapshot) -> str:
    now, then = snapshot.whole.score, snapshot.baseline
    if now is None or then is None:
        return ""
    closed = rule(snapshot.rule_version).share_closed(now, then)
    if closed is None:
        return ""
    return _(
        "Since the diagnosis the score has moved by %(points)s; %(share)s of the former gap is "
        "closed."
    ) % {"points": points(now - then, signed=True), "share": percent(closed, decimals=1)}


def _radar(snapshot: AuditSnapshot) -> str:
    axes = [
        charts.Axis(
            domain.code,
            domain.title,
            domain.gap.score,
            domain.baseline,
            missing=pooled(domain.gap),
        )
        for domain in snapshot.domains
    ]
    return charts.data_uri(charts.radar(axes, threshold=snapshot.thresholds.domain_score))


def overview(snapshot: AuditSnapshot) -> Chapter:
    """Map of the engagements, spread of the ratings, sites, verdict with every blocking point."""
    return Chapter(
        "overview",
        _("Overview of the results"),
        "reports/pdf/_overview.html",
        entries=(
            ("o-map", _("Map of the engagements")),
            ("o-ratings", _("Spread of the ratings")),
            ("o-verdict", _("Verdict and blocking points")),
        ),
        data={
            "map": _map(snapshot),
            "domains_chart": _domains_chart(snapshot),
            "ratings": charts.data_uri(charts.rating_distribution(_shares(snapshot))),
            "ratings_words": "; ".join(
                f"{share.label} {share.count}" for share in _shares(snapshot)
            ),
            "sites": [
                {
                    "name": name,
                    "score": pooled(gap),
                    "examined": gap.examined,
                    "total": gap.total,
                }
                for name, gap in snapshot.sites_gap
            ],
            "ready": snapshot.readiness.ready,
            "blocking": blocking.in_full(snapshot),
            "weakest": summary.weakest(snapshot),
        },
    )


def _map(snapshot: AuditSnapshot) -> str:
    return charts.data_uri(
        charts.engagement_map(
            [
                charts.MapRow(
                    domain.code,
                    domain.title,
                    tuple(charts.Tile(view.code, view.shape) for view in domain.engagements),
                )
                for domain in snapshot.domains
            ]
        )
    )


def _domains_chart(snapshot: AuditSnapshot) -> str:
    asked = snapshot.thresholds.domain_score
    bars = [
        charts.BarRow(
            domain.code,
            domain.title,
            domain.gap.score,
            domain.baseline,
            asked,
            missing=pooled(domain.gap),
        )
        for domain in snapshot.domains
    ]
    return charts.data_uri(charts.domain_bars(bars))


def _shares(snapshot: AuditSnapshot) -> list[charts.Share]:
    views = list(summary.requirements(snapshot.domains))
    rated = [
        charts.Share(level.shape, level.label, sum(view.level == level.code for view in views))
        for level in snapshot.scale
    ]
    return [
        *rated,
        charts.Share(
            "na", _("Not applicable"), sum(v.rating == Rating.NOT_APPLICABLE for v in views)
        ),
        charts.Share(
            "none", _("Not assessed"), sum(v.rating == Rating.NOT_ASSESSED for v in views)
        ),
    ]
