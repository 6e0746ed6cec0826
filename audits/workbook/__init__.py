"""One audit as a workbook to fill in without a network, and what it brings back."""
