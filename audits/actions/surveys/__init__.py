"""Waves of surveys, the indicators that they feed, and the yearly barometer."""
