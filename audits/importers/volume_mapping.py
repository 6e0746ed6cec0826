"""What the columns of a table of contacts are: guessed from their titles, corrected by people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from audits.importers.measure_mapping import IGNORED, PERIOD, PLACE
from audits.logic.period_text import period_from
from audits.logic.periods import Grain
from engagements.logic.search import fold

CHANNEL, REASON, FAMILY, CONTACTS = "channel", "reason", "family", "contacts"
CONTACTS_ON = "contacts:"  # then a channel
NEW = "new"
# Words by which a channel is recognised, folded; the codes are those of `audits.enums.Channel`.
CHANNEL_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "PHONE": ("telephone", "tel", "appel", "appels", "phone", "voix", "voice", "call", "calls"),
    "EMAIL": (
        *("e-mail", "email", "mail", "mails", "courriel", "formulaire", "web", "formulaire web"),
        *("e-mail et formulaire web", "e-mail and web form", "internet"),
    ),
    "LETTER": ("courrier", "courriers", "lettre", "letter", "post", "courrier postal"),
    "CHAT": ("chat", "tchat", "messagerie", "messagerie instantanee", "live chat"),
    "SOCIAL": ("reseaux sociaux", "reseau social", "social", "social networks", "social media"),
    "SHOP": ("point de vente", "boutique", "magasin", "agence", "shop", "point of sale", "store"),
}
_TITLES: Final[Mapping[str, tuple[str, ...]]] = {
    PERIOD: ("periode", "period", "mois", "month", "semaine", "week", "date", "jour"),
    PLACE: ("site", "lieu", "centre", "place", "prestataire", "provider", "plateau"),
    CHANNEL: ("canal", "channel", "media"),
    FAMILY: ("famille", "family", "categorie", "category", "niveau 1", "motif 1"),
    REASON: ("motif", "reason", "niveau 2", "sous-motif", "raison"),
    CONTACTS: ("contacts", "volume", "nombre", "nb", "count", "quantite", "total"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeMapping:
    """What the columns of a table of contacts are.

    ``columns`` says it of each, in order: "", "period", "place", "channel", "reason", "family",
    "contacts", or "contacts:<channel>" where each channel has its column. ``places`` maps a folded
    value of the place column to the number of a place; ``place`` is that of rows without one.
    ``channel`` is that of a file without such a column, "" when there is one. ``reasons`` maps a
    folded text that is in no list to the number of a reason, or to "new".
    """

    columns: tuple[str, ...]
    grain: Grain = Grain.MONTH
    places: Mapping[str, int] = field(default_factory=dict)
    place: int | None = None
    channel: str = ""
    reasons: Mapping[str, int | str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the import."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """From what `to_json` gave."""
        return cls(**{**kept, "columns": tuple(kept["columns"]), "grain": Grain(kept["grain"])})


def guessed_volumes(columns: Sequence[str], sample: Sequence[Sequence[str]]) -> VolumeMapping:
    """A first proposal from titles and first rows; people correct it."""
    roles = tuple(_once([_guess(title) for title in columns]))
    return VolumeMapping(columns=roles, grain=_grain(roles, sample))


def channel_of(text: str) -> str | None:
    """The channel that a cell names, by its code or in words; None for anything else."""
    word = fold(text.strip())
    for code, words in CHANNEL_WORDS.items():
        if word in words or word == code.lower():
            return code
    return None


def _guess(title: str) -> str:
    channel = channel_of(title)
    if channel is not None:
        return f"{CONTACTS_ON}{channel}"
    plain = fold(title)
    return next(
        (role for role, words in _TITLES.items() if any(word in plain for word in words)), IGNORED
    )


def _once(roles: Sequence[str]) -> Iterator[str]:
    """Each role for the first column that has it; a total beside channels is left aside."""
    has_channels = any(role.startswith(CONTACTS_ON) for role in roles)
    seen = {CONTACTS} if has_channels else set()
    for role in roles:
        yield IGNORED if role in seen else role
        seen.add(role)


def _grain(roles: Sequence[str], sample: Sequence[Sequence[str]]) -> Grain:
    """Weeks when the first rows name weeks; else months."""
    if PERIOD not in roles:
        return Grain.MONTH
    place = roles.index(PERIOD)
    cells = [row[place] for row in sample if place < len(row) and row[place].strip()]
    for grain in (Grain.MONTH, Grain.WEEK):
        if cells and all(period_from(cell, grain) for cell in cells):
            return grain
    return Grain.MONTH
