"""Screens of listening grids, sessions, calibration rounds and mystery contacts."""
