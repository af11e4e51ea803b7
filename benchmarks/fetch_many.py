"""How long a whole reading list takes: 500 feeds (half RSS, half Atom, 5–700 KB, 78 MB) from as many loopback hosts.

    python benchmarks/fetch_many.py [--feeds N] [--reader PYTHON]

Measures `gleanings fetch` cold (everything is new) and two days later (every answer is 304), beside a plain
feedparser loop, and beside the library `reader` where PYTHON is an interpreter that has it; then 12 hosts that take
2 s each.
Memory is the sum over all processes of the command, sampled. Linux only: it wants 127.0.0.0/8 and /proc.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

PORT = 18_765
WORDS = re.findall(
    r"\w+",
    "reading list month paper model feed note routing layer gradient token quiet garden index search memory page "
    "author week link server cache python kernel window letter margin proof figure table result method open",
)
DAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

SERVER = """
import sys, socket, threading, hashlib, pathlib, time
folder, port, delay = pathlib.Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
bodies = {}
def serve(connection):
    waiting = b""
    host = connection.getsockname()[0]
    with connection:
        while True:
            while b"\\r\\n\\r\\n" not in waiting:
                got = connection.recv(65536)
                if not got:
                    return
                waiting += got
            head, _, waiting = waiting.partition(b"\\r\\n\\r\\n")
            if delay:
                time.sleep(delay)
            if host not in bodies:
                body = (folder / host).read_bytes()
                bodies[host] = body, hashlib.md5(body).hexdigest().encode()
            body, tag = bodies[host]
            if tag in head:
                connection.sendall(b'HTTP/1.1 304 Not Modified\\r\\nETag: "' + tag + b'"\\r\\n\\r\\n')
            else:
                connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Type: application/xml\\r\\nETag: "' + tag
                    + b'"\\r\\nContent-Length: ' + str(len(body)).encode() + b"\\r\\n\\r\\n" + body)
def safely(connection):
    try:
        serve(connection)
    except OSError:
        pass
listener = socket.create_server(("0.0.0.0", port), backlog=1024)
print("ready", flush=True)
while True:
    threading.Thread(target=safely, args=(listener.accept()[0],), daemon=True).start()
"""

PLAIN = """
import sys, feedparser, urllib.request
count = 0
for url in open(sys.argv[1]).read().split():
    count += len(feedparser.parse(urllib.request.urlopen(url).read()).entries)
print(count)
"""

READER = """
import sys
from reader import make_reader
reader = make_reader(sys.argv[2])
for url in open(sys.argv[1]).read().split():
    reader.add_feed(url, exist_ok=True)
reader.update_feeds(workers=int(sys.argv[3]), scheduled=False)
print(reader.get_entry_counts().total)
"""


def sentence(dice: random.Random) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randint(6, 18))).capitalize() + "."


def post(dice: random.Random, size: int) -> str:
    """Some HTML of about that many bytes."""
    parts, length = [], 0
    while length < size:
        link = f'<a href="https://example.org/{dice.randint(1, 9999)}?utm_source=feed">{dice.choice(WORDS)}</a>'
        paragraph = f"<p>{sentence(dice)} {link} <em>{dice.choice(WORDS)}</em> {sentence(dice)}</p>"
        if dice.random() < 0.1:
            paragraph += f'<p><img src="/pictures/{dice.randint(1, 99)}.png" alt="{dice.choice(WORDS)}"></p>'
        parts.append(paragraph)
        length += len(paragraph)
    return "".join(parts)


def render_feed(number: int, size: int, dice: random.Random) -> str:
    """RSS for even numbers, Atom for odd ones, of about `size` bytes in 10 to 30 entries."""
    count = dice.randint(10, 30)
    host = f"https://blog-{number}.example"
    entries = []
    for index in range(count):
        when = DAY - timedelta(days=index * 3, hours=number % 24)
        title, link = sentence(dice)[:60], f"{host}/{index}"
        html = post(dice, max(size // count - 250, 80)).replace("&", "&amp;").replace("<", "&lt;")
        if number % 2:
            entries.append(
                f'<entry><id>{link}</id><title>{title}</title><link href="{link}"/>'
                f"<updated>{when.isoformat()}</updated><published>{when.isoformat()}</published>"
                f'<content type="html">{html}</content></entry>'
            )
        else:
            entries.append(
                f"<item><guid>{link}</guid><title>{title}</title><link>{link}</link>"
                f"<pubDate>{when:%a, %d %b %Y %H:%M:%S} +0000</pubDate><description>{html}</description></item>"
            )
    prolog = '<?xml version="1.0" encoding="utf-8"?>'
    if number % 2:
        head = f'<id>{host}</id><title>Blog {number}</title><link href="{host}"/><updated>{DAY.isoformat()}</updated>'
        return f'{prolog}<feed xmlns="http://www.w3.org/2005/Atom">{head}{"".join(entries)}</feed>'
    head = f"<title>Blog {number}</title><link>{host}</link><description>x</description>"
    return f'{prolog}<rss version="2.0"><channel>{head}{"".join(entries)}</channel></rss>'


def write_feeds(folder: Path, count: int) -> tuple[list[str], int]:
    """Feeds as files named for their hosts; returns addresses and the sum of bytes."""
    dice = random.Random(500)  # the same feeds each time
    sizes = [int(5_000 * 140 ** dice.random() ** 0.85) for _ in range(count)]
    scale = 78_000_000 * count / 500 / sum(sizes)
    urls, total = [], 0
    for number, size in enumerate(sizes):
        host = f"127.1.{number // 250}.{number % 250 + 1}"
        body = render_feed(number, min(int(size * scale), 700_000), dice).encode()
        (folder / host).write_bytes(body)
        urls.append(f"http://{host}:{PORT}/feed")
        total += len(body)
    return urls, total


@contextlib.contextmanager
def serving(folder: Path, *, delay: float = 0.0) -> Iterator[None]:
    """The hosts, in a process of their own."""
    arguments = [sys.executable, "-c", SERVER, str(folder), str(PORT), str(delay)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.kill()


def resident(process: int) -> int:
    """Bytes in memory of a process and all below it (shared pages by their share)."""
    total = 0
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
        for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
            total += resident(int(child))
        for task in Path(f"/proc/{process}/task").iterdir():
            if task.name != str(process):
                for child in (task / "children").read_text().split():
                    total += resident(int(child))
    return total


def processor_seconds() -> float:
    """Processor time of all ended commands so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(name: str, arguments: list[str], *, now: datetime = DAY) -> float:
    """Run a command, print its time, its processor time, its greatest memory; returns seconds."""
    used, began = processor_seconds(), time.perf_counter()
    process = subprocess.Popen(
        arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "GLEANINGS_NOW": now.isoformat()},
    )
    most = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.2):
            most = max(most, resident(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, _ = process.communicate()
    seconds = time.perf_counter() - began
    done.set()
    watcher.join()
    last = out.strip().splitlines()[-1][:60] if out.strip() else ""
    status = "" if process.returncode == 0 else f"  STATUS {process.returncode}"
    cost = processor_seconds() - used
    print(f"{name:<34} {seconds:7.2f} s {cost:7.2f} s {most / 1e6:6.0f} MB   {last}{status}", flush=True)
    return seconds


def make_site(folder: Path, urls: list[str]) -> list[str]:
    """A site that reads those feeds; returns the command that works on it."""
    folder.mkdir()
    site = "title: Benchmark\nurl: https://example.org/\nauthor: {name: A, email: a@example.org}\n"
    (folder / "site.yaml").write_text(site, encoding="utf-8")
    (folder / "content").mkdir()
    lines = "".join(f"  - {url}\n" for url in urls)
    (folder / "feeds.yaml").write_text(f"feeds:\n{lines}", encoding="utf-8")
    return [sys.executable, "-m", "gleanings", "-C", str(folder)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--reader", metavar="PYTHON", help="an interpreter that has the library `reader`")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        bodies = root / "bodies"
        bodies.mkdir()
        urls, total = write_feeds(bodies, options.feeds)
        (root / "urls").write_text("\n".join(urls))
        mark = hashlib.md5("".join(urls).encode()).hexdigest()[:6]
        print(f"{len(urls)} feeds, {total / 1e6:.1f} MB ({mark}), {os.cpu_count()} cores")
        with serving(bodies):
            command = make_site(root / "site", urls)
            cold = measure("gleanings fetch, cold", [*command, "fetch"])
            again = measure("gleanings fetch, all 304", [*command, "fetch"], now=DAY + timedelta(days=2))
            measure("gleanings fetch, nothing due", [*command, "fetch"], now=DAY + timedelta(days=2))
            measure("gleanings inbox --json", [*command, "inbox", "--json"])
            measure("plain feedparser loop", [sys.executable, "-c", PLAIN, str(root / "urls")])
            if options.reader:
                for workers in (1, 16):
                    base = [options.reader, "-c", READER, str(root / "urls"), str(root / f"r{workers}"), str(workers)]
                    theirs = measure(f"reader, cold, {workers} worker(s)", base)
                    theirs_again = measure(f"reader, all 304, {workers} worker(s)", base)
                    print(f"    ours/theirs: cold {cold / theirs:.2f}, all 304 {again / theirs_again:.2f}")
        with serving(bodies, delay=2.0):
            command = make_site(root / "slow", urls[:12])
            measure("gleanings fetch, 12 hosts of 2 s", [*command, "fetch"])


if __name__ == "__main__":
    main()
