"""What the screens of the internal control plan show."""
