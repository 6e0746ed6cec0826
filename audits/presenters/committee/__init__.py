"""The operational committee as it is read: its packs, on screen, on paper and as a table."""
