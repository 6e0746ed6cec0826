"""Bytes of files that audits give away."""
