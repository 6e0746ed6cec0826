"""Screens of satisfaction, waves and the barometer."""
