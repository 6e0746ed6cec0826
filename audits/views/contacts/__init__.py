"""Screens of contact reasons, channels and costs."""
