"""What the screens of referentials show, as values, in a fixed number of queries."""
