"""The pack of the operational committee: what it looked at and decided, on two pages at most."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from audits.measure_enums import PlaceKind
from audits.presenters.committee.pack import (
    ComplaintRow,
    DecisionRow,
    DueRow,
    FigureRow,
    PackView,
    ProposalRow,
    view_of,
)
from audits.presenters.committee.part import Reader, part_of
from audits.snapshots.committee import CommitteePack, PlaceName
from crcaudit.core.formats import date_text
from reports.builders import delivery
from reports.builders.engine import Progress, few_collections, ignore_progress
from reports.builders.meta import ReportMeta
from reports.builders.styles import marked
from reports.builders.words import DASH, typo
from reports.charts import data_uri

TEMPLATE = "committee_pack_v1"
MOST_PAGES = 2
Row = dict[str, str]
Item = TypeVar("Item")

# Told apart without colours: the band is light, a line under its target is broken.
_INK = (
    "<style>polyline{fill:none;stroke:#16243b;stroke-width:2.5}.spark-band{fill:#d5dce6}"
    ".is-bad polyline{stroke-dasharray:7 3}</style>"
)


@dataclass(frozen=True, slots=True)
class Room:
    """How many lines of a section are printed, and how many characters of a text."""

    lines: int
    text: int
    words: int


# The first that fits on two pages is kept; what is left out is counted, and is in the table.
ROOMS = (
    Room(18, 120, 400),
    Room(12, 120, 400),
    Room(8, 110, 320),
    Room(6, 80, 200),
    Room(4, 60, 110),
    Room(3, 40, 60),
)


@dataclass(frozen=True, slots=True)
class Section:
    """One table. ``more`` says how many lines are left out, "" for none."""

    kind: str
    title: str
    rows: Sequence[Row]
    more: str
    empty: str


def build_committee_pack_pdf(
    pack: CommitteePack, meta: ReportMeta, *, progress: Progress = ignore_progress, text: str = ""
) -> bytes:
    """PDF/A-3a with the snapshot's JSON inside, in ``meta.language``, of all sites together.

    ``text`` is what the pack was read from, see `delivery.snapshot_file`.

    Raises:
        ReportRenderError: no title or language, another snapshot's fingerprint, or a text that
            cannot be laid out.
    """
    with override(meta.language), few_collections():
        data = delivery.snapshot_file(pack, meta, text)
        place = _whole(pack)
        reader = Reader([one.pk for one in pack.places], follows_up=True, is_whole=True)
        view = view_of(part_of(pack, place, reader), place)
        content = b""
        for room in ROOMS:
            content = delivery.deliver(
                _body(view, pack, meta, room),
                meta=meta,
                files=(data,),
                pages_expected=MOST_PAGES,
                progress=progress,
            )
            if _pages(content) <= MOST_PAGES:
                break
        return content


def _whole(pack: CommitteePack) -> PlaceName:
    wholes = [place for place in pack.places if place.kind == PlaceKind.WHOLE]
    return wholes[0] if wholes else PlaceName(0, PlaceKind.WHOLE, None, "")


def _pages(content: bytes) -> int:
    import pikepdf  # noqa: PLC0415 -- as every builder, only once it builds

    with pikepdf.open(io.BytesIO(content)) as document:
        return len(document.pages)


def _body(view: PackView, pack: CommitteePack, meta: ReportMeta, room: Room) -> SafeString:
    return render_to_string(
        f"reports/pdf/{TEMPLATE}.html",
        {
            "meta": meta,
            "organisation": typo(Truncator(pack.organisation).chars(90)),
            "title": typo(_("Operational committee, %(period)s") % {"period": view.title}),
            "state": _state(view),
            "figures": _figures(view),
            "sections": _sections(view, room),
            "words": _words(view, room),
            "running": f"{meta.reference} · {meta.revision}",
        },
    )


def _state(view: PackView) -> str:
    if view.held_on is None:
        return _("Prepared: as it stands on %(day)s") % {"day": date_text(view.made_on)}
    return _("Held on %(day)s") % {"day": date_text(view.held_on)}


def _figures(view: PackView) -> list[tuple[str, str]]:
    return [
        (f"{view.met} / {view.judged}", _("indicators at the target")),
        (str(view.silent), _("without a figure")),
        (str(len(view.complaints)), _("open complaints")),
        (str(len(view.late_controls)), _("controls late")),
        (str(len(view.late_actions)), _("actions late")),
        (str(view.late_decisions), _("decisions late")),
    ]


def _sections(view: PackView, room: Room) -> list[Section]:
    due = [*view.late_controls, *view.late_actions, *view.due_controls, *view.due_actions]
    return [
        Section(
            "decisions",
            _("What became of the earlier decisions"),
            [_decision(row, room) for row in view.previous[: room.lines]],
            _more(view.previous, room),
            _("No decision waits from the committees before."),
        ),
        Section(
            "figures",
            _("What moved"),
            [_figure(row, row.why, room) for row in view.moved[: room.lines]],
            _more(view.moved, room),
            _("Nothing moved that matters."),
        ),
        Section(
            "figures",
            _("Under target"),
            [_figure(row, row.missed, room) for row in view.under[: room.lines]],
            _more(view.under, room),
            _("No indicator that is judged misses its target."),
        ),
        Section(
            "complaints",
            _("Alerts and internal complaints"),
            [_complaint(row, room) for row in view.complaints[: room.lines]],
            _more(view.complaints, room),
            _("No internal complaint is open."),
        ),
        Section(
            "due",
            _("Controls and actions, late then due"),
            [_due(row, room) for row in due[: room.lines]],
            _more(due, room),
            _("Nothing late, nothing due."),
        ),
        Section(
            "proposals",
            _("Decisions to take"),
            [_proposal(row, room) for row in view.proposals[: room.lines]],
            _more(view.proposals, room),
            _("The facts call for no decision."),
        ),
        Section(
            "decisions",
            _("Decisions of this committee"),
            [_decision(row, room) for row in view.decisions[: room.lines]],
            _more(view.decisions, room),
            _("No decision is written."),
        ),
    ]


def _more(rows: Sequence[Item], room: Room) -> str:
    left = len(rows) - room.lines
    if left <= 0:
        return ""
    text = ngettext(
        "%(n)s more line, in the table of the pack",
        "%(n)s more lines, in the table of the pack",
        left,
    )
    return text % {"n": left}


def _words(view: PackView, room: Room) -> list[tuple[str, str]]:
    found = [
        (_("Functions present"), ", ".join(view.roles)),
        (_("People present"), ", ".join(view.people)),
        (_("Contacts expected, %(period)s") % {"period": view.coming}, view.flows),
        (_("Resources available"), view.resources),
        (_("What was said"), view.notes),
    ]
    return [(name, typo(_cut(text, room.words))) for name, text in found if text]


def _figure(row: FigureRow, why: str, room: Room) -> Row:
    sense = f"{row.arrow} {row.sense}" if row.arrow and why == row.why else ""
    return {
        "code": row.line.code,
        "name": typo(_cut(row.name, room.text)),
        "place": _cut(row.place, room.text),
        "picture": _picture(row.spark),
        "previous": row.previous,
        "value": row.value,
        "target": row.target or DASH,
        "shape": row.shape,
        "verdict": marked(row.shape, row.verdict),
        "why": typo(", ".join(filter(None, (sense, why)))),
        "when": row.when,
    }


def _complaint(row: ComplaintRow, room: Room) -> Row:
    return {
        "code": row.line.reference,
        "name": typo(_cut(f"{row.name}, {row.place}", room.text)),
        "age": row.age,
        "owner": _cut(row.line.owner, room.text) or _("to be named"),
        "plan": typo(row.plan),
        "level": marked(row.level_shape, row.level),
        "shape": row.level_shape,
    }


def _due(row: DueRow, room: Room) -> Row:
    line = row.line
    code = getattr(line, "requirement", "") or row.where
    text = getattr(line, "point", "") or getattr(line, "title", "")
    shape = "major" if line.is_late else "none"
    return {
        "code": code,
        "name": typo(_cut(text, room.text)),
        "owner": _cut(line.owner, room.text) or _("nobody by name"),
        "due": date_text(line.due, short=True),
        "shape": shape,
        "state": marked(shape, row.near),
    }


def _proposal(row: ProposalRow, room: Room) -> Row:
    name = typo(_cut(row.what, room.text))
    return {"code": row.line.label, "name": name, "why": row.text}


def _decision(row: DecisionRow, room: Room) -> Row:
    return {
        "code": f"{row.line.meeting} · {row.line.number}",
        "name": typo(_cut(row.line.text, room.text)),
        "owner": _cut(row.line.owner, room.text),
        "due": date_text(row.line.due, short=True),
        "near": row.near,
        "shape": row.shape,
        "state": marked(row.shape, row.state),
    }


def _cut(text: str, most: int) -> str:
    return Truncator(" ".join(text.split())).chars(most)


def _picture(spark: SafeString) -> str:
    """A small chart of the screen as a picture of the document; "" without any figure."""
    if not spark:
        return ""
    size = '<svg xmlns="http://www.w3.org/2000/svg" width="150" height="40" '
    return data_uri(spark.replace("<svg ", size, 1).replace(">", f">{_INK}", 1))
