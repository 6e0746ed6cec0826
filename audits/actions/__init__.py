"""Changes, one module per aggregate. Each is one transaction and one journal row."""
