"""Satisfaction, waves and the barometer as their screens show them."""
