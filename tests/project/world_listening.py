"""Listening of a side: grids, a contact heard, rounds at each step, mystery contacts."""

from django.utils import timezone

from audits.actions.listening import grids, mystery
from tests.factories import listening as factory


def add_listening(side) -> None:
    """A grid that is written, one in use that the auditors of the file read, and what is graded.

    The manager heard a contact on the site manager's site; the contributor makes mystery contacts.
    """
    by, things = side.people["manager"], side.things
    things["listening_draft"] = factory.draft_grid(side.organisation, by, title="Courriels")
    grid = factory.used_grid(side.organisation, by)
    grid = grids.link_grid(grid=grid, certification=side.file, by=by, at=timezone.now())
    things["listening_used"] = grid
    things["heard_session"] = factory.heard(
        grid,
        "PARTLY",
        by=by,
        site=side.site,
        note="Prénom seul",
        agent="AB",
        contact_reference="A-12",
        contact_reason="Facture",
        comment="Bonne écoute",
    )
    _add_rounds(side, grid)
    _add_mystery(side, grid)


def _add_rounds(side, grid) -> None:
    pair = [side.people["manager"], side.people["contributor"]]
    side.things["open_round"] = factory.opened_round(grid, pair)
    side.things["graded_round"] = factory.opened_round(grid, [*pair, side.people["site_manager"]])
    for name in ("graded_round", "revealed_round", "concluded_round"):
        row = side.things.get(name) or factory.opened_round(grid, pair)
        for person in pair:
            factory.grade(row, person, comment="Vu deux fois")
        row.refresh_from_db()
        side.things[name] = row
    side.things["concluded_round"] = factory.conclude(row)


def _add_mystery(side, grid) -> None:
    """Three contacts: to be made, made, missed; on the first site, where its manager sees them."""
    scenario = factory.written_scenario(grid)
    campaign = factory.planned_campaign(
        grid,
        size=3,
        sites=(side.site,),
        scenarios=(scenario,),
        testers=(side.people["contributor"],),
    )
    planned, done, missed = campaign.contacts.order_by("number")
    side.things |= {
        "mystery_scenario": scenario,
        "mystery_campaign": campaign,
        "planned_contact": planned,
        "done_contact": factory.made(done),
        "missed_contact": mystery.miss_contact(
            contact=missed,
            reason="Testeur absent",
            by=side.people["contributor"],
            at=timezone.now(),
        ),
    }
