"""Writing the internal control plan, planning its controls, doing them, following them up."""
