"""What the repository's own texts may not say: where one developer keeps files, or which host packages come from."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PRIVATE_FOLDER = re.compile(r"(?<![\w.~/-])/(?:work|tmp|root|home)(?:/|$)")
# Written in two parts, so that this file does not name what it forbids.
_REGISTRY_HOSTS = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "proxy." + "golang.org")


def _tracked_texts() -> Iterator[tuple[Path, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if not path.is_file():
            continue
        content = path.read_bytes()
        if b"\0" not in content:
            yield path.relative_to(ROOT), content.decode("utf-8")


def test_no_tracked_file_names_a_private_folder_or_a_package_registry() -> None:
    faults = [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in _tracked_texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if _PRIVATE_FOLDER.search(line) or any(host in line for host in _REGISTRY_HOSTS)
    ]
    assert faults == []


def test_the_lock_pins_every_package_with_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert len(entries) > 50
    assert [entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
