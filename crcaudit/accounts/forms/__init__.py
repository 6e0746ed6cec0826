"""Forms of people and organisations."""
