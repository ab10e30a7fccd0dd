"""check_links.py SITE: every link, picture and script of the built pages leads to a file of the site, and every anchor
to a place in it; nothing is fetched from elsewhere."""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    def __init__(self, path: Path):
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.ids |= {values[key] for key in ("id", "name") if values.get(key)}
        address = values.get("href") or values.get("src")
        if address:
            (self.links if tag == "a" else self.fetched).append(address)


def faults(site: Path):
    pages = {path: Page(path) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        if path.name == "404.html":  # served at any depth: its addresses are those of a server's root
            continue
        for address in page.links + page.fetched:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                if address in page.fetched:
                    yield f"{path}: fetches {address}"
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                yield f"{path}: nothing stands at {address}"
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                yield f"{path}: no such place: {address}"
    for style in site.rglob("*.css"):
        if "url(http" in style.read_text(encoding="utf-8", errors="replace"):
            yield f"{style}: fetches from elsewhere"


found = list(faults(Path(sys.argv[1]).resolve()))
print("\n".join(found) or "all links lead somewhere", file=sys.stderr if found else sys.stdout)
sys.exit(bool(found))
