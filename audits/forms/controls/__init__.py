"""Forms of the internal control plan and of its controls."""
