"""What never goes in a log."""

import logging
import re

# The address of a calendar is all that its reader needs: written nowhere but in their agenda.
SECRET = re.compile(r"(/calendrier/)[^/\s]+(\.ics)")
MASK = r"\1***\2"


class SecretsFilter(logging.Filter):
    """Masks the secrets that addresses carry; lets every record through."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Called by logging, once per handler."""
        if isinstance(record.msg, str):
            record.msg = SECRET.sub(MASK, record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(
                SECRET.sub(MASK, value) if isinstance(value, str) else value
                for value in record.args
            )
        return True
