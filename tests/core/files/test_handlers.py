"""An upload larger than the limit fills no disk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("memory", [0, 10_000_000])
@pytest.mark.parametrize(("sent", "kept"), [(0, 0), (999, 999), (1000, 1000), (200_000, 1001)])
def test_one_byte_over_the_limit_is_kept_and_no_more(settings, memory, sent, kept):
    settings.EVIDENCE_MAX_BYTES = 1000
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = memory
    files = {"a": SimpleUploadedFile("a.bin", b"x" * sent), "b": SimpleUploadedFile("b", b"yz")}

    request = RequestFactory().post("/", files)

    assert (request.FILES["a"].size, len(request.FILES["a"].read())) == (kept, kept)
    assert request.FILES["b"].read() == b"yz"
    for file in request.FILES.values():
        file.close()
