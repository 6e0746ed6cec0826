"""Screens of indicators: reading, targets, entry, files of figures."""
