"""What tests of audits may ask for."""

import pytest
from django.utils.translation import override


@pytest.fixture
def own_files(settings, tmp_path):
    """Evidence in folders that only this test sees."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.MEDIA_ROOT.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()


@pytest.fixture
def in_english():
    """Sentences as they stand in the code."""
    with override("en"):
        yield
