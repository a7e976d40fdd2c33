import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

import celaje.app


@pytest.mark.django_db
def test_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_web_process_never_imports_torch() -> None:
    code = "import celaje.app.asgi, sys; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("given", ["mysql://here/db", "sqlite:///file"])
def test_other_databases_are_refused(given: str) -> None:
    from celaje.app.database import django_database

    with pytest.raises(ValueError, match="postgresql"):
        django_database(given)


def test_vendored_scripts_are_what_the_registry_had() -> None:
    folder = Path(celaje.app.__file__).parent / "web" / "static" / "vendor"
    for name, facts in json.loads((folder / "vendor.json").read_text()).items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == facts["sha256"]
