"""Providers of a side: one that is measured and reviewed, and the side as its client reads it."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions import provider_review as reviews
from audits.actions.measurement import Entry, record_measures
from audits.actions.place import place_of
from audits.actions.scorecard_grid import GridFields, LineFields, write_scorecard_grid
from audits.logic.periods import Grain, period_of
from audits.logic.scorecard import Criterion
from audits.scorecard_enums import AskedState
from audits.snapshots.provider_tree import find, provider_tree
from crcaudit.accounts.models import Organisation
from tests.project.world_shares import client_organisation


def add_providers(side) -> None:
    """The subcontractor of the file, with a figure, a grid, a prepared and a closed review."""
    by, now = side.people["manager"], timezone.now()
    row, indicator = side.things["subcontractor"], side.things["own_indicator"]
    month = period_of(localdate(), Grain.MONTH)
    entries = [
        Entry(
            indicator=indicator,
            place=place_of(side.organisation, row),
            period=month.after(-back),
            inputs={"servis": Decimal(70), "presentes": Decimal(100)},
        )
        for back in range(1, 5)
    ]
    record_measures(organisation=side.organisation, entries=entries, by=by, at=now)
    write_scorecard_grid(
        organisation=side.organisation,
        seen=0,
        fields=GridFields(
            [LineFields(Criterion.SPEED, indicator, 2)],
            month.after(-12).start,
            70,
            f"Contrat de {side.organisation.name}",
        ),
        by=by,
        at=now,
    )
    client = client_organisation(side)
    side.things["client_organisation"] = client
    side.things["scored"] = SimpleNamespace(organisation=side.organisation, provider=row.key)
    side.things["sharer"] = SimpleNamespace(organisation=client, provider=side.organisation.key)
    closed = _review(side, row, month.after(-4))
    fields = reviews.ReviewFields(
        held_on=localdate(),
        strengths=f"Accueil soigné chez {row.name}",
        conclusion="Suivi des rappels à reprendre",
        asked=[
            reviews.Asked(f"{what} pour {side.organisation.name}", localdate() - timedelta(days=1))
            for what in ("Plan de rappels", "Tour de lecture")
        ],
    )
    closed = reviews.edit_review(
        review=closed, version=closed.version, fields=fields, by=by, at=now
    )
    side.things["closed_review"] = reviews.close_review(review=closed, by=by, at=now)
    first, second = closed.asked.select_related("review").order_by("number")
    side.things["asked"] = first
    side.things["settled_asked"] = reviews.settle_asked(
        item=second, state=AskedState.DROPPED, outcome="Repris au contrat", by=by, at=now
    )
    ready = _review(side, row, month.after(-3))
    side.things["prepared_review"] = reviews.edit_review(
        review=ready,
        version=ready.version,
        fields=reviews.ReviewFields(held_on=localdate(), conclusion="À suivre"),
        by=by,
        at=timezone.now(),
    )


def review_anew(side, text: str) -> None:
    """Another version of the grid and another review, which nothing rewrites, that say a text."""
    organisation = Organisation.objects.get(pk=side.organisation.pk)
    by, now = side.people["manager"], timezone.now()
    month = period_of(localdate(), Grain.MONTH)
    lines = [LineFields(Criterion.SPEED, side.things["own_indicator"], 9)]
    write_scorecard_grid(
        organisation=organisation,
        seen=1,
        fields=GridFields(lines, month.start, 70, f"{text}-avenant"),
        by=by,
        at=now,
    )
    (provider, *_others) = provider_tree(organisation, own_list=True)
    review = reviews.prepare_review(
        organisation=organisation, provider=provider, period=month.after(-6), by=by, at=now
    )
    asked = [reviews.Asked(f"{text}-demande", localdate())]
    reviews.edit_review(
        review=review, version=1, fields=reviews.ReviewFields(asked=asked), by=by, at=now
    )


def _review(side, row, period):
    tree = provider_tree(side.organisation, own_list=True)
    return reviews.prepare_review(
        organisation=side.organisation,
        provider=find(tree, row.key),
        period=period,
        by=side.people["manager"],
        at=timezone.now(),
    )
