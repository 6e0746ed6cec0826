"""Tags and filters of every screen: verdicts, icons, bars, numbers and dates.

Formatting lives in `crcaudit.core.formats` and verdicts in `crcaudit.core.verdicts`; this module
only gives them to templates. Widths are SVG attributes, as the site's policy forbids inline
styles.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from html import escape
from typing import Any

from django import template
from django.template import Engine
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from crcaudit.core import formats
from crcaudit.core.verdicts import VERDICTS

register = template.Library()

SPRITE = "crcaudit/vendor/bootstrap-icons-1.13.2/sprite.svg"


@dataclass(frozen=True, slots=True)
class Part:
    """One area of a stacked bar: left edge and width in percent of the bar, as SVG numbers."""

    kind: str
    start: str
    width: str


@register.simple_tag
def verdict(kind: str, label: str = "") -> SafeString:
    """Shape and word of a verdict; the usual word when no label is given."""
    text = conditional_escape(str(label or VERDICTS[kind].label))
    return mark_safe(f"{VERDICT_STARTS[kind]}{text}</span>")  # noqa: S308 - escaped above


@register.simple_tag
def verdict_links(items: Iterable[Any]) -> SafeString:
    """Verdicts that lead somewhere, side by side: a map holds one per engagement.

    Each item has ``shape``, the ``code`` shown beside it, ``title`` for its tooltip and ``url``:
    plain texts, escaped without the question whether they are lazy, which costs more.
    """
    return mark_safe(  # noqa: S308 - each value is escaped
        "".join(
            f'<a href="{escape(item.url)}" title="{escape(item.title)}">'
            f"{VERDICT_STARTS[item.shape]}{escape(item.code)}</span></a>"
            for item in items
        )
    )


@register.simple_tag
def shape(kind: str, text: str = "") -> SafeString:
    """The shape alone. Hidden from screen readers unless ``text`` says what it means."""
    return _svg_shape(kind, text)


@register.simple_tag(takes_context=True)
def shared(context: template.Context, name: str) -> SafeString:
    """A part that a page shows in two places, such as its menu: rendered once per page."""
    page: Any = context.render_context
    kept: dict[str, SafeString] = page.setdefault("crc_shared", {})
    if name not in kept:
        kept[name] = Engine.get_default().get_template(name).render(context)
    return kept[name]


@register.simple_tag
def icon(name: str, text: str = "") -> SafeString:
    """An icon of the sprite; decorative unless ``text`` names it."""
    return format_html(
        '<svg class="icon"{}><use href="{}#{}"/></svg>', _named(text), static(SPRITE), name
    )


@register.inclusion_tag("components/_bar.html")
def bar(
    segments: Iterable[tuple[str, int]], label: str = "", total: int | None = None
) -> dict[str, Any]:
    """A stacked bar of (verdict kind or "accent", count); ``total`` leaves the rest empty."""
    rows = [(kind, count) for kind, count in segments if count > 0]
    whole = max(total or 0, sum(count for _kind, count in rows)) or 1
    parts, start = [], Fraction(0)
    for kind, count in rows:
        width = Fraction(100 * count, whole)
        parts.append(Part(kind, _svg_number(start), _svg_number(width)))
        start += width
    return {"parts": parts, "label": label}


@register.inclusion_tag("components/_bar.html")
def progress_bar(done: int, total: int, label: str = "") -> dict[str, Any]:
    """One blue bar: ``done`` out of ``total``."""
    return bar([("accent", min(done, total))], label, total)


@register.simple_tag
def position(
    value: Fraction | None,
    baseline: Fraction | None = None,
    threshold: Fraction | None = None,
    label: str = "",
) -> SafeString:
    """Where a share stands: bar for now, tick for the baseline, dotted line for the threshold.

    Written here and not in a template: a map draws one per domain.
    """
    named = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    width = _svg_number((value or Fraction(0)) * 100)
    drawing = "".join(
        f'<path class="{kind}" d="M{_svg_number(at * 100)} 0v18" {stroke} '
        'vector-effect="non-scaling-stroke"/>'
        for kind, at, stroke in (
            ("stroke-ink", baseline, 'stroke-width="2"'),
            ("stroke-ok", threshold, 'stroke-width="2" stroke-dasharray="2 2"'),
        )
        if at is not None
    )
    return mark_safe(  # noqa: S308 - numbers of ours, and a label escaped above
        '<span class="position-row"><svg class="position" viewBox="0 0 100 18" '
        f'preserveAspectRatio="none" {named}><rect class="fill-line" y="5" width="100" '
        f'height="8"/><rect class="fill-accent" y="5" width="{width}" height="8"/>{drawing}</svg>'
        f'<span class="position-value">{formats.percent(value, decimals=0)}</span></span>'
    )


@register.filter
def fraction_percent(value: Fraction | None, decimals: int = 2) -> str:
    """A share in [0, 1] as "42,86 %"; None is "not assessed"."""
    return formats.percent(value, decimals=decimals)


@register.filter
def points(value: Fraction | None, sign: str = "") -> str:
    """A difference of shares in points; ``points:"+"`` shows the sign of a gain."""
    return formats.points(value, signed=sign == "+")


@register.filter
def number_fr(value: formats.Number, decimals: int = 0) -> str:
    """A number with grouped thousands."""
    return formats.number(value, decimals=decimals)


@register.filter
def filesize_fr(size: int) -> str:
    """A size in bytes: "212 Ko"."""
    return formats.filesize(size)


@register.filter
def date_fr(value: date | None, length: str = "") -> str:
    """A date in words; ``date_fr:"short"`` cuts the month."""
    return formats.date_text(value, short=length == "short")


@register.filter
def datetime_fr(value: datetime | None, length: str = "") -> str:
    """A date in words and the hour."""
    return formats.datetime_text(value, short=length == "short")


@register.filter
def time_fr(value: datetime | None) -> str:
    """An hour: "14 h 32"."""
    return formats.time_text(value)


@register.filter
def short_hash(digest: str) -> str:
    """Both ends of a fingerprint."""
    return formats.short_hash(digest)


@register.filter
def localized(obj: object, field: str) -> str:
    """``field``_fr or ``field``_en by the active language; the other one when it is empty."""
    french, english = getattr(obj, f"{field}_fr"), getattr(obj, f"{field}_en")
    wanted, other = (
        (english, french) if (get_language() or "").startswith("en") else (french, english)
    )
    return str(wanted or other or "")


@register.filter
def french_typography(text: str) -> str:
    """No-break spaces of French, on French screens only."""
    if (get_language() or "fr").startswith("fr"):
        return formats.french_typography(text)
    return text


def _svg_number(value: Fraction) -> str:
    """Up to two decimals with a point, whatever the language."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def _named(text: str) -> SafeString:
    if text:
        return format_html(' role="img" aria-label="{}"', text)
    return mark_safe(' aria-hidden="true" focusable="false"')


def _svg_shape(kind: str, text: str) -> SafeString:
    return format_html(
        '<svg class="shape" viewBox="0 0 10 10"{}>{}</svg>',
        _named(text),
        mark_safe(VERDICTS[kind].shape),  # noqa: S308 - constants of the verdicts module
    )


# A screen shows hundreds: drawn once.
HIDDEN_SHAPES = {kind: _svg_shape(kind, "") for kind in VERDICTS}
VERDICT_STARTS = {
    kind: format_html('<span class="verdict verdict-{}">{}', kind, drawn)
    for kind, drawn in HIDDEN_SHAPES.items()
}
