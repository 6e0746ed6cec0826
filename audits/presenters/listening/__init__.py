"""Listening sessions, calibration rounds and mystery contacts as screens show them."""
