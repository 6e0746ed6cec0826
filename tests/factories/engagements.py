"""Schemes, editions and requirements."""

from collections.abc import Mapping, Sequence

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from engagements.enums import Criticality, Severity, Shape
from engagements.models import (
    ControlPoint,
    Domain,
    Edition,
    Engagement,
    FindingGrade,
    Indicator,
    RatingLevel,
    Referential,
    Requirement,
    RequirementIndicator,
    Scheme,
)

LEVELS = (
    ("C", "Conforme", "Compliant", 100, True, Shape.OK),
    ("P", "Partiellement conforme", "Partially compliant", 50, False, Shape.PART),
    ("NC", "Non conforme", "Not compliant", 0, False, Shape.MINOR),
)
GRADES = (
    ("NC_MAJ", "NC majeure", "Major NC", Severity.MAJOR, Shape.MAJOR, 90, True),
    ("NC_MIN", "NC mineure", "Minor NC", Severity.MINOR, Shape.MINOR, 180, True),
    ("PS", "Point sensible", "Sensitive point", Severity.WATCH, Shape.PART, None, False),
    ("PF", "Point fort", "Strong point", Severity.STRONG, Shape.OK, None, False),
)


class SchemeFactory(DjangoModelFactory[Scheme]):
    """A scheme with its scale C / P / NC / NA and four grades."""

    class Meta:
        model = Scheme
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"SCHEME-{n}")
    name_fr = "Certification d'essai"
    name_en = "Trial certification"

    @factory.post_generation
    def vocabulary(self, create, extracted, **_kwargs):
        for position, (code, fr, en, points, conform, shape) in enumerate(LEVELS):
            RatingLevel.objects.create(
                scheme=self,
                code=code,
                letter=code,
                label_fr=fr,
                label_en=en,
                points=points,
                is_conform=conform,
                shape=shape,
                position=position,
            )
        RatingLevel.objects.create(
            scheme=self,
            code="NA",
            letter="NA",
            label_fr="Non applicable",
            label_en="Not applicable",
            is_excluded=True,
            shape=Shape.NA,
            position=9,
        )
        for position, (code, fr, en, severity, shape, days, action) in enumerate(GRADES):
            FindingGrade.objects.create(
                scheme=self,
                code=code,
                label_fr=fr,
                label_en=en,
                short_fr=fr[:20],
                short_en=en[:20],
                severity=severity,
                shape=shape,
                blocks=severity == Severity.MAJOR,
                needs_action=action,
                answer_days=30 if action else None,
                evidence_days=days,
                position=position,
            )


class ReferentialFactory(DjangoModelFactory[Referential]):
    class Meta:
        model = Referential

    scheme = factory.SubFactory(SchemeFactory)
    code = factory.Sequence(lambda n: f"REF-{n}")


class EditionFactory(DjangoModelFactory[Edition]):
    """A draft edition; `tests.factories.engagements.published` fills and publishes one."""

    class Meta:
        model = Edition

    referential = factory.SubFactory(ReferentialFactory)
    version = "2026"
    title_fr = "Référentiel d'essai"
    title_en = "Trial referential"
    notice_fr = "Exigences reconstituées pour les essais."
    notice_en = "Requirements rebuilt for the tests."


class DomainFactory(DjangoModelFactory[Domain]):
    class Meta:
        model = Domain

    edition = factory.SubFactory(EditionFactory)
    code = factory.Sequence(lambda n: f"D{n}")
    title_fr = factory.LazyAttribute(lambda o: f"Domaine {o.code}")
    title_en = factory.LazyAttribute(lambda o: f"Domain {o.code}")
    position = factory.Sequence(int)


class EngagementFactory(DjangoModelFactory[Engagement]):
    class Meta:
        model = Engagement

    domain = factory.SubFactory(DomainFactory)
    edition = factory.SelfAttribute("domain.edition")
    code = factory.Sequence(lambda n: f"E{n}")
    text_fr = factory.LazyAttribute(lambda o: f"Engagement {o.code}")
    text_en = factory.LazyAttribute(lambda o: f"Engagement {o.code}")
    position = factory.Sequence(int)


class RequirementFactory(DjangoModelFactory[Requirement]):
    class Meta:
        model = Requirement

    engagement = factory.SubFactory(EngagementFactory)
    edition = factory.SelfAttribute("engagement.edition")
    code = factory.Sequence(lambda n: f"EX-{n}")
    text_fr = factory.LazyAttribute(lambda o: f"Exigence {o.code}")
    text_en = factory.LazyAttribute(lambda o: f"Requirement {o.code}")
    criticality = Criticality.MAJOR
    weight = 2
    position = factory.Sequence(int)


class ControlPointFactory(DjangoModelFactory[ControlPoint]):
    class Meta:
        model = ControlPoint

    requirement = factory.SubFactory(RequirementFactory)
    edition = factory.SelfAttribute("requirement.edition")
    frequency = "monthly"
    responsible = "quality_manager"
    sample_fr = sample_en = "10"
    record_fr = record_en = "Registre"
    alert_threshold_fr = alert_threshold_en = "1"
    action_if_breach_fr = action_if_breach_en = "Corriger"


def published_edition(
    *,
    domains: int = 1,
    engagements: int = 2,
    requirements: int = 2,
    measured: Mapping[str, Sequence[tuple[Indicator, str]]] | None = None,
    **fields: object,
) -> Edition:
    """A published edition with ``domains`` x ``engagements`` x ``requirements`` requirements.

    Codes are D1, E1.1, EX-1.1.1 and so on; everything weighs 2 and is major. ``measured`` gives
    the indicators of requirements by code, each with the sign of its target of 90, or "".
    """
    edition = EditionFactory(**fields)
    position = 0
    for d in range(1, domains + 1):
        domain = DomainFactory(edition=edition, code=f"D{d}", position=d)
        for e in range(1, engagements + 1):
            engagement = EngagementFactory(domain=domain, code=f"E{d}.{e}", position=d * 100 + e)
            for r in range(1, requirements + 1):
                position += 1
                requirement = RequirementFactory(
                    engagement=engagement, code=f"EX-{d}.{e}.{r}", position=position
                )
                ControlPointFactory(requirement=requirement)
                for place, (one, sign) in enumerate((measured or {}).get(requirement.code, ())):
                    RequirementIndicator.objects.create(
                        edition=edition,
                        requirement=requirement,
                        indicator=one,
                        operator=sign,
                        value=90 if sign else None,
                        unit=one.unit,
                        position=place,
                    )
    edition.publish(at=timezone.now())
    return edition
