"""The files that browsers load: unchanged since they were vendored, readable, light, allowed."""

import gzip
import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

from crcaudit.core.templatetags.crc import SPRITE
from crcaudit.core.verdicts import VERDICTS

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "crcaudit/core/static"
OURS = STATIC / "crcaudit"
TEMPLATES = ROOT / "crcaudit/core/templates"
BROWSER_VENDOR = ROOT / "tests/browser/vendor"
FIRST_VISIT_BYTES = 350 * 1024
TEXT_RATIO, SHAPE_RATIO = 4.5, 3
VERDICT_NAMES = ("ok", "part", "minor", "major", "na")


def manifest(folder):
    return json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))


VENDORED = [(OURS, entry) for entry in manifest(OURS / "vendor")] + [
    (BROWSER_VENDOR, entry) for entry in manifest(BROWSER_VENDOR)
]


@pytest.mark.parametrize(("base", "entry"), VENDORED, ids=lambda value: str(value)[-40:])
def test_vendored_file_is_the_published_one(base, entry):
    content = (base / entry["file"]).read_bytes()

    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["version"] in entry["file"]
    assert entry["licence"]
    for licence in entry["licence_files"]:
        assert (base / licence).stat().st_size > 0


def test_every_vendored_file_is_in_the_manifest():
    listed = {entry["file"] for entry in manifest(OURS / "vendor")}

    found = {
        path.relative_to(OURS).as_posix()
        for folder in ("vendor", "fonts")
        for path in (OURS / folder).rglob("*")
        if path.is_file() and not path.name.startswith(("LICENSE", "MANIFEST"))
    }

    assert found == listed


def test_references_of_style_sheets_survive_hashed_names(tmp_path):
    """A style sheet that points at a missing file or source map would fail here."""
    shutil.copytree(STATIC, tmp_path, dirs_exist_ok=True)
    storage = ManifestStaticFilesStorage(location=tmp_path, base_url="/static/")
    names = {
        path.relative_to(tmp_path).as_posix(): (storage, path.relative_to(tmp_path).as_posix())
        for path in tmp_path.rglob("*")
        if path.is_file()
    }

    failed = [(name, done) for name, _new, done in storage.post_process(names) if done is not True]

    fonts = (tmp_path / storage.stored_name("crcaudit/css/fonts.css")).read_text(encoding="utf-8")
    assert [entry for entry in failed if entry[1]] == []
    assert len(re.findall(r"-latin-wght-normal\.[0-9a-f]{12}\.woff2", fonts)) == 1


def own(suffix):
    folder = "css" if suffix == ".css" else "js"
    return sorted((OURS / folder).glob(f"*{suffix}"))


@pytest.mark.parametrize("module", own(".js"), ids=lambda path: path.name)
def test_module_stands_alone_and_holds_no_sentence(module):
    """Names are hashed, so that one module cannot import another; texts come from Django."""
    code = module.read_text(encoding="utf-8")

    assert re.findall(r"^\s*import\b|\bfrom\s+[\"']", code, re.MULTILINE) == []
    assert re.findall(r"(?:textContent|innerHTML|placeholder|title)\s*=\s*[\"'`]\s*\w", code) == []
    assert re.findall(r"\b(?:alert|confirm|prompt|eval)\(|new Function\(", code) == []


def first_visit():
    """Static paths of styles and scripts named by the base template and what it includes."""
    sources = ["base.html", "components/_head.html", "components/_modules.html"]
    text = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in sources)
    return sorted(set(re.findall(r'{% static "([^"]+\.(?:css|js|mjs))" %}', text)))


def test_first_visit_is_light():
    paths = first_visit()

    sizes = [len(gzip.compress((STATIC / path).read_bytes())) for path in paths]

    assert len(paths) > 20
    assert sum(sizes) <= FIRST_VISIT_BYTES


def test_every_style_sheet_is_loaded():
    loaded = first_visit()
    pages = "".join(
        path.read_text(encoding="utf-8") for path in ROOT.glob("*/**/templates/**/*.html")
    )

    unused = [
        path.name
        for path in own(".css")
        if f"crcaudit/css/{path.name}" not in loaded and f"css/{path.name}" not in pages
    ]

    assert unused == []


def test_every_icon_asked_for_is_in_the_sprite():
    sprite = (STATIC / SPRITE).read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))

    folders = [ROOT / "crcaudit", *(ROOT / app for app in ("engagements", "audits", "reports"))]
    asked = {
        name
        for folder in folders
        for path in folder.rglob("templates/**/*.html")
        for name in re.findall(r'(?:{% icon |\bicon=)"([^"]+)"', path.read_text(encoding="utf-8"))
    }

    assert asked
    assert asked - drawn == set()


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_template_holds_nothing_the_policy_blocks(template):
    html = template.read_text(encoding="utf-8")

    assert re.findall(r"\sstyle=|<style|\son[a-z]+=|\shx-on|javascript:", html) == []
    assert [tag for tag in re.findall(r"<script[^>]*>", html) if " src=" not in tag] == []


# Contrast, as WCAG 2.2 computes it.


def tokens(theme):
    css = (OURS / "css/tokens.css").read_text(encoding="utf-8")
    block = re.search(rf'\[data-bs-theme="{theme}"\] {{(.*?)\n}}', css, re.DOTALL).group(1)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", block))


def channel(value):
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def luminance(colour):
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (channel(int(digits[at : at + 2], 16)) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_the_published_formula():
    assert contrast("#000", "#ffffff") == 21
    assert round(contrast("#777777", "#fff"), 2) == 4.48


GROUNDS = ("paper", "wash", "line-2", "accent-wash")
INKS = ("ink", "ink-2", "ink-3", "accent", *VERDICT_NAMES)
TEXT_PAIRS = [
    *((ink, ground) for ink in INKS for ground in GROUNDS),
    *((name, f"{name}-wash") for name in VERDICT_NAMES),
    *(("on-solid", name) for name in VERDICT_NAMES),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("accent-strong", "paper"),
    ("bar-ink", "bar-ground"),
    ("bar-ink-2", "bar-ground"),
    ("bar-ink-2", "bar-field"),
    ("bar-mark", "bar-ground"),
]
SHAPE_PAIRS = [
    *((f"{name}-fill", ground) for name in VERDICT_NAMES for ground in ("paper", "line-2")),
    *((name, ground) for name in ("line-control", "focus") for ground in ("paper", "wash")),
    ("accent", "line-2"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_can_be_read(theme):
    known = tokens(theme)

    pairs = [(*pair, TEXT_RATIO) for pair in TEXT_PAIRS]
    pairs += [(*pair, SHAPE_RATIO) for pair in SHAPE_PAIRS]
    weak = [
        (ink, ground, round(contrast(known[ink], known[ground]), 2))
        for ink, ground, least in pairs
        if contrast(known[ink], known[ground]) < least
    ]

    assert weak == []


@pytest.mark.parametrize("name", VERDICT_NAMES)
def test_charts_have_the_colours_of_the_screen(name):
    known = tokens("light")

    assert VERDICTS[name].colour == known[name]
    assert VERDICTS[name].wash == known[f"{name}-wash"]
