"""Forms of indicators, targets, measures and files of figures."""
