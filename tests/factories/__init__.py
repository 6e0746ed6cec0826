"""Factories, one per model; traits for states; no random data."""
