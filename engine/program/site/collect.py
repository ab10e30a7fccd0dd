"""collect.py SOURCES PAGES: the manuals of the source tree as pages of the site.

Every *.md keeps its path. Links to other files of the tree stay links: a picture is copied, a source (a header, which
is a manual too) becomes a page that shows it, a folder is its README. A link that leads nowhere, or a manual that
mkdocs.yml beside this file does not list, is a fault and nothing is written.
"""

import os
import re
import shutil
import sys
from pathlib import Path

# A piece of code, in which nothing is a link, or the three parts of a link.
CODE_OR_LINK = re.compile(r"`[^`]*`|(!?\[(?:[^\[\]]|\[[^\]]*\])*\]\()([^)#\s]*)((?:#[^)\s]*)?\))")
PICTURES = {".png", ".svg", ".css"}


def manuals(root: Path) -> list[Path]:
    """Markdown files of the tree, by path; what was built or installed is not looked at."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "build")) and f not in ("node_modules", "out"))
        found += [Path(folder, name).relative_to(root) for name in sorted(names) if name.endswith(".md")]
    return found


def outside_code(text: str):
    """Lines of a page, and whether a link in them is one (not inside a fenced block)."""
    fenced = False
    for line in text.split("\n"):
        fence = line.startswith("```")
        yield line, not fenced and not fence
        fenced ^= fence


class Site:
    def __init__(self, root: Path):
        self.root = root
        self.sources: set[Path] = set()
        self.copied: set[Path] = set()
        self.faults: list[str] = []

    def target(self, page: Path, link: str) -> str:
        """Where a link of the tree leads on the site."""
        path = Path(os.path.normpath(page.parent / link))
        if (self.root / path).is_dir():
            path, link = path / "README.md", f"{link.rstrip('/')}/README.md"
        if not (self.root / path).is_file():
            self.faults.append(f"{page}: nothing stands at {link}")
        elif path.suffix in PICTURES:
            self.copied.add(path)
        elif path.suffix != ".md":
            self.sources.add(path)
            return f"{link}.md"
        return link

    def rewritten(self, page: Path, found: re.Match) -> str:
        if found[0].startswith("`"):
            return found[0].replace("\\|", "|")  # code in a table: only GitHub wants its bars escaped
        begin, link, end = found.groups()
        return found[0] if not link or ":" in link else begin + self.target(page, link) + end

    def page(self, path: Path) -> str:
        text = (self.root / path).read_text(encoding="utf-8")
        links = lambda line: CODE_OR_LINK.sub(lambda found: self.rewritten(path, found), line)
        return "\n".join(links(line) if open_ else line for line, open_ in blocks(outside_code(text)))

    def source(self, path: Path) -> str:
        return f"# {path.as_posix()}\n\n```\n{(self.root / path).read_text(encoding='utf-8')}\n```\n"


def blocks(lines):
    """Python's Markdown wants an empty line before a list, a table or a block; GitHub's does not."""
    before, open_before = "", True
    for line, open_ in lines:
        starts = line.startswith(("- ", "| ", "```", "1. ", "> "))
        same = before[:2] == line[:2] or before.startswith("  ")
        if starts and open_before and before and not same and (open_ or line.startswith("```")):
            yield "", True
        yield line, open_
        before, open_before = line, open_


def main(root: Path, out: Path) -> int:
    site = Site(root)
    listed = (Path(__file__).parent / "mkdocs.yml").read_text(encoding="utf-8")
    pages = {path: site.page(path) for path in manuals(root)}
    site.faults += [f"{path}: not in mkdocs.yml" for path in pages if f": {path.as_posix()}\n" not in listed]
    if site.faults:
        print("\n".join(site.faults), file=sys.stderr)
        return 1
    pages |= {Path(f"{path}.md"): site.source(path) for path in sorted(site.sources)}
    shutil.rmtree(out, ignore_errors=True)
    for path, text in pages.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text, encoding="utf-8")
    for path in site.copied | {Path("engine/program/site/style.css")}:
        shutil.copyfile(root / path, out / path)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
