"""Forms of surveys and of the barometer."""
