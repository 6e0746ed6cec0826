"""Files that become rows: read whole, every problem located, before anything is written."""
