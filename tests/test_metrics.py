import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client import REGISTRY

from ocote import metrics
from tests.ports import free_port


def test_what_was_counted_is_served_on_its_own_port() -> None:
    port = free_port()
    metrics.serve("127.0.0.1", port)
    metrics.DOCUMENTS.labels("14", "stamped").inc()
    counted = REGISTRY.get_sample_value("ocote_documents_total", {"doc_type": "14", "outcome": "stamped"})
    with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        text = answer.read().decode()
    assert f'ocote_documents_total{{doc_type="14",outcome="stamped"}} {counted}' in text


def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            metrics.serve("127.0.0.1", taken.getsockname()[1])


def test_processes_that_share_a_folder_count_together(tmp_path: Path) -> None:
    port = free_port()
    script = f"""
import os, subprocess, sys
from pathlib import Path
from urllib.request import urlopen
from ocote import metrics
metrics.share_between_processes(Path({str(tmp_path / "counts")!r}))
count = "from ocote import metrics; metrics.DOCUMENTS.labels('01', 'stamped').inc(2)"
for _ in range(3):
    subprocess.run([sys.executable, "-c", count], check=True)
metrics.serve("127.0.0.1", {port})
print(urlopen("http://127.0.0.1:{port}/metrics").read().decode())
"""
    environ = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environ)
    assert 'ocote_documents_total{doc_type="01",outcome="stamped"} 6.0' in ended.stdout
