"""Screens of reports, and the closing of a file, which asks them first."""
