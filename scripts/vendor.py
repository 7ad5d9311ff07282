"""Refresh the third-party files under static/ from the packages named in static/vendor/vendor.toml.

Run `python scripts/vendor.py` after editing a version or the list of icons there: it fetches each
package with `npm pack`, copies the named files, builds the icon sprite and writes the hashes back.
`python scripts/vendor.py --check` fetches nothing and fails when a file differs from its hash.
"""

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
MANIFEST = STATIC / "vendor" / "vendor.toml"
HEADER = """\
# Third-party files served from here, so that no page asks another host for anything.
# Edit a version or the icons, then run: python scripts/vendor.py
"""


def sha512(path: Path) -> str:
    return hashlib.sha512(path.read_bytes()).hexdigest()


def load() -> list[dict]:
    return tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["package"]


def changed(packages: list[dict]) -> list[str]:
    """Paths under static/ that are missing or differ from their recorded hash."""
    files = [file for package in packages for file in package["file"]]
    return [
        file["path"]
        for file in files
        if not (STATIC / file["path"]).is_file()
        or sha512(STATIC / file["path"]) != file.get("sha512")
    ]


def fetch(package: dict, folder: str) -> tarfile.TarFile:
    """The package as its publisher packed it. Raises CalledProcessError if it cannot be fetched."""
    spec = f"{package['npm']}@{package['version']}"
    packed = subprocess.run(
        ["npm", "pack", "--silent", spec], cwd=folder, check=True, capture_output=True, text=True
    )
    return tarfile.open(Path(folder) / packed.stdout.split()[-1])


def member(archive: tarfile.TarFile, path: str) -> bytes:
    """One file's bytes, read in place so that no path inside an archive is ever written to."""
    file = archive.extractfile(f"package/{path}")
    if file is None:
        raise ValueError(f"{path} is not a file")
    return file.read()


def sprite(archive: tarfile.TarFile, folder: str, icons: list[str]) -> bytes:
    """One SVG with a <symbol> for each icon; colour and width come from the stylesheet."""
    symbols = []
    for icon in sorted(icons):
        source = member(archive, f"{folder}/{icon}.svg").decode()
        drawing = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
        if drawing is None:
            raise ValueError(f"{icon}.svg holds no drawing")
        shapes = "".join(line.strip() for line in drawing[1].splitlines())
        symbols.append(f'<symbol id="{icon}" viewBox="0 0 24 24">{shapes}</symbol>\n')
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(symbols)}</svg>\n'.encode()


def refresh(packages: list[dict]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for package in packages:
            with fetch(package, folder) as archive:
                for file in package["file"]:
                    is_sprite = "icons" in package and file["path"].endswith(".svg")
                    content = (
                        sprite(archive, file["from"], package["icons"])
                        if is_sprite
                        else member(archive, file["from"])
                    )
                    target = STATIC / file["path"]
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
                    file["sha512"] = sha512(target)


def as_toml(packages: list[dict]) -> str:
    parts = [HEADER]
    for package in packages:
        parts.append("\n[[package]]\n")
        parts += [f'{key} = "{package[key]}"\n' for key in ("name", "version", "npm", "licence")]
        if "icons" in package:
            names = "".join(f'  "{icon}",\n' for icon in sorted(package["icons"]))
            parts.append(f"icons = [\n{names}]\n")
        for file in package["file"]:
            parts.append("\n[[package.file]]\n")
            parts += [f'{key} = "{file[key]}"\n' for key in ("path", "from", "sha512")]
    return "".join(parts)


def main() -> int:
    packages = load()
    if "--check" in sys.argv[1:]:
        differing = changed(packages)
        for path in differing:
            print(f"static/{path} differs from static/vendor/vendor.toml", file=sys.stderr)
        return 1 if differing else 0
    refresh(packages)
    MANIFEST.write_text(as_toml(packages), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
