"""Static files are collected when their sources changed, and only then."""

import os
import re

import pytest
from django.templatetags.static import static

from crcaudit.core import statics

pytestmark = pytest.mark.unit


@pytest.fixture
def source(settings, tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "a.css").write_text("body{}")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [folder]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "crcaudit.core.statics.StaticStorage"}
    }
    return folder


def collected(settings):
    return sorted(path.name for path in settings.STATIC_ROOT.glob("*.css"))


def test_files_are_collected_once(source, settings):
    first, second = statics.collect_if_needed(), statics.collect_if_needed()

    assert (first, second) == (True, False)
    assert "a.css" in collected(settings)


def test_a_file_that_was_saved_again_is_collected_again(source):
    statics.collect_if_needed()
    (source / "a.css").write_text("body{color:#000}")

    assert statics.collect_if_needed() is True


def test_a_file_saved_with_the_same_size_is_noticed(source):
    statics.collect_if_needed()
    os.utime(source / "a.css", ns=(1, 1))

    assert statics.collect_if_needed() is True


def test_the_address_follows_the_content_at_once(source):
    statics.collect_if_needed()
    before = static("a.css")
    (source / "a.css").write_text("body{color:#000}")
    statics.collect_if_needed()

    assert re.fullmatch(r"/static/a\.[0-9a-f]{12}\.css", before)
    assert re.fullmatch(r"/static/a\.[0-9a-f]{12}\.css", static("a.css"))
    assert static("a.css") != before


def test_a_file_that_is_gone_is_gone_from_the_collection(source, settings):
    (source / "b.css").write_text("p{}")
    statics.collect_if_needed()
    (source / "b.css").unlink()

    assert statics.collect_if_needed() is True
    assert not any(name.startswith("b.") for name in collected(settings))


def test_a_storage_without_a_manifest_needs_no_collection(source, settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }

    assert statics.collect_if_needed() is False
    assert not settings.STATIC_ROOT.exists()
