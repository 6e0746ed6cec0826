"""Static files of the test suite: as their sources stand, each address worked out once."""

from functools import lru_cache

from django.contrib.staticfiles.storage import StaticFilesStorage


class QuickStorage(StaticFilesStorage):
    """A page asks for some forty addresses, and the suite for tens of thousands of pages."""

    @lru_cache  # noqa: B019 -- one storage a process
    def url(self, name):
        return super().url(name)
