"""The project package: wiring on top, kernel and accounts at the bottom."""
