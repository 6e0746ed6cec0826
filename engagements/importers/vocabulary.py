"""Vocabularies of a file: lists of code and label that other fields refer to."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from engagements.importers import limits
from engagements.importers.problems import shown
from engagements.importers.section import Known, Section
from engagements.importers.values import Bilingual, Term


def read_vocabulary(root: Section, key: str, closed: Collection[str] = ()) -> tuple[Term, ...]:
    """The terms under ``key``, in order; empty when absent.

    ``closed`` lists the codes that the application knows, when it acts upon them.
    """
    codes = Codes()
    return tuple(_term(item, codes, closed) for item in root.sections(key, required=False))


def _term(item: Section, codes: "Codes", closed: Collection[str]) -> Term:
    code = item.choice("code", closed) if closed else item.text("code", limits.MAX_TERM_CODE)
    codes.claim(item, code)
    term = Term(
        code,
        item.pair("label", limits.MAX_TITLE),
        item.pair("meaning", limits.MAX_TEXT, required=False),
    )
    item.close()
    return term


def known(key: str, terms: Collection[Term]) -> Known:
    """What may refer to this vocabulary."""
    return Known(key, frozenset(term.code for term in terms))


def read_texts(root: Section, key: str) -> tuple[Bilingual, ...]:
    """A list of short texts given as ``fr`` and ``en``."""
    found = []
    for item in root.sections(key, required=False):
        fr, en = item.text("fr", limits.MAX_WORDING), item.text("en", limits.MAX_WORDING)
        found.append(Bilingual(fr, en))
        item.close()
    return tuple(found)


class Codes:
    """Codes met so far, each with its place, to refuse the second use of one."""

    def __init__(self) -> None:
        self._places: dict[str, str] = {}

    def claim(self, section: Section, code: str, key: str = "code") -> None:
        """Take a code for this block; note a problem when another block has it."""
        if not code:
            return
        place = self._places.setdefault(code, section.at(key))
        if place != section.at(key):
            message = _('The code "%(code)s" is already used at %(place)s: give another one.')
            section.note(message % {"code": shown(code), "place": place}, key)
