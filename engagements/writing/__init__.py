"""Frozen values -> rows, in bulk. Only `engagements.actions` calls this, in its transaction."""

from engagements.writing.catalogue import write_indicators
from engagements.writing.edition import write_edition
from engagements.writing.scheme import is_same_scheme, write_scheme

__all__ = ["is_same_scheme", "write_edition", "write_indicators", "write_scheme"]
