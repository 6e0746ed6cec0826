"""The demonstration data of `manage.py demo`: read from ``fixtures/demo``, written by actions.

Here because only ``reports`` may use every other app.
"""
