"""Files that programs send: they count, they go with their row, and nothing is left behind."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.utils import timezone

from celaje.app import storage
from celaje.app.accounts.models import Person
from celaje.app.consistency import compare
from celaje.app.developers import actions, jobs, queries
from celaje.app.developers.models import StoredFile
from celaje.app.errors import InvalidError
from celaje.app.videos.models import DoomedFile


def test_rows_and_files_tell_the_same(person: Person) -> None:
    before = compare()
    file = actions.keep_file(person, SimpleUploadedFile("a.txt", b"hello"), purpose="user_data")
    assert storage.get(file.name) == b"hello"
    assert compare().strays == before.strays
    person.delete()
    assert DoomedFile.objects.filter(name=file.name).exists()


def test_large_files_come_from_the_disk(person: Person) -> None:
    upload = TemporaryUploadedFile("a.bin", "application/octet-stream", 5, None)
    Path(upload.temporary_file_path()).write_bytes(b"hello")
    assert storage.get(actions.keep_file(person, upload, purpose="user_data").name) == b"hello"
    upload.close()


def test_what_has_expired_is_gone(person: Person) -> None:
    upload = SimpleUploadedFile("a.txt", b"hello")
    file = actions.keep_file(person, upload, purpose="user_data", expires_after_s=3600)
    StoredFile.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not queries.files(person).exists()
    jobs.tidy.func(0)
    assert DoomedFile.objects.filter(name=file.name).exists()


def test_there_is_an_end(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MAX_FILES_BYTES", 8)
    actions.keep_file(person, SimpleUploadedFile("a.txt", b"hello"), purpose="user_data")
    with pytest.raises(InvalidError) as refused:
        actions.keep_file(person, SimpleUploadedFile("b.txt", b"hello"), purpose="user_data")
    assert refused.value.code == "files_full"
