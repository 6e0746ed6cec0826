"""What the screens show, read in a fixed number of queries and shaped outside templates."""
