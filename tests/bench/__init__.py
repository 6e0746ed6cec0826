"""Goals of performance, each beside its reference in the same run. Run with ``make bench``."""
