"""Screens of the operational committee: packs, meetings, decisions."""
