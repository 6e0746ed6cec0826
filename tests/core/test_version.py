"""The version that documents and pages state."""

import pytest

from crcaudit.core import version

pytestmark = pytest.mark.unit


@pytest.fixture
def changelog(tmp_path, monkeypatch):
    path = tmp_path / "CHANGELOG.md"
    monkeypatch.setattr(version, "_CHANGELOG", path)
    version.application_version.cache_clear()
    yield path
    version.application_version.cache_clear()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Journal\n\n## À paraître\n\n- Rien\n", "0.0"),
        ("# Journal\n\n## À paraître\n\n## 1.2.0 (2027-01-04)\n\n## 1.1.0\n", "1.2.0"),
        ("## [2.0] - 2027-03-01\n", "2.0"),
        ("", "0.0"),
    ],
)
def test_the_version_is_the_newest_release_of_the_changelog(changelog, text, expected):
    changelog.write_text(text)

    assert version.application_version() == expected


def test_without_a_changelog_there_is_still_a_version(changelog):
    assert not changelog.exists()
    assert version.application_version() == "0.0"
