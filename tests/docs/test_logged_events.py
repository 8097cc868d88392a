"""Every event of the log stands in the table of docs/security.md."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_event_of_the_log_is_listed() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    table = page[page.index("## 5.") : page.index("Never logged:")]
    names = set(re.findall(r"`([a-z_]+)`", table))
    beginnings = tuple(re.findall(r"`([a-z_]+_)…`", table))
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "ocote").rglob("*.py")]
    events = {event for source in sources for event in re.findall(r'_log\.\w+\(\s*"(\w+)"', source)}
    assert len(events) > 50
    assert sorted(event for event in events if event not in names and not event.startswith(beginnings)) == []
