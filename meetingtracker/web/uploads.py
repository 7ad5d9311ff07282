"""Files people attach: checked, pictures re-encoded, kept outside the web root by their hash."""

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path

from flask import Response, abort, current_app, send_file
from PIL import Image, ImageOps, UnidentifiedImageError
from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename

from meetingtracker.rules.errors import N_, RuleBroken

LARGEST = 10 * 1024 * 1024  # bytes
LONGEST_SIDE = 2400  # pixels: enough to read a label on a photo
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
PART_OF_PICTURE = ("transparency", "icc_profile")
SUFFIXES = {
    "image/jpeg": (".jpg", ".jpeg"), "image/png": (".png",), "image/webp": (".webp",),
    "image/gif": (".gif",),
}  # fmt: skip
DOCUMENTS = {
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_PIXELS = 60_000_000  # more than a phone takes; decoding costs four bytes for each
Image.MAX_IMAGE_PIXELS = None  # Pillow would only warn up to twice as many


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies under UPLOAD_DIR; `size` in bytes."""

    name: str
    content_type: str
    size: int
    sha256: str


def keep(upload: FileStorage) -> Kept:
    """Store an upload; call it before the write begins. Raises RuleBroken with what to do."""
    raw = upload.stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise RuleBroken(N_("The file is larger than 10 MB. Send a smaller one."), field="photo")
    if not raw:
        raise RuleBroken(N_("The file is empty."), field="photo")
    name = secure_filename(upload.filename or "") or "file"
    suffix = Path(name).suffix.lower()
    if suffix in DOCUMENTS:
        if not _is_document(raw, suffix):
            raise RuleBroken(
                N_("The file is not what its name says. Save it anew and attach that one."),
                field="photo",
            )
        content, content_type = raw, DOCUMENTS[suffix]
    else:
        content, content_type = _picture(raw)
        if suffix not in SUFFIXES[content_type]:  # no picture is handed out as a program
            name = Path(name).stem + SUFFIXES[content_type][0]
    digest = hashlib.sha256(content).hexdigest()
    path = _path(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        part = path.with_name(f"{digest}.{os.getpid()}.part")
        part.write_bytes(content)
        part.replace(path)
    return Kept(name[:255], content_type, len(content), digest)


def _is_document(raw: bytes, suffix: str) -> bool:
    """Whether it begins, or is made, like what its name says; nothing is unpacked."""
    if suffix == ".pdf":
        return b"%PDF-" in raw[:1024]
    if suffix in (".docx", ".xlsx"):
        return raw.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in raw
    return b"\0" not in raw or raw.startswith((b"\xff\xfe", b"\xfe\xff"))  # text, or UTF-16


def _picture(raw: bytes) -> tuple[bytes, str]:
    """Decode and encode again: what is not picture (scripts, places, owners' names) is gone."""
    try:
        with Image.open(io.BytesIO(raw), formats=[*PICTURES]) as picture:
            kind = (picture.format or "").replace("MPO", "JPEG")  # a phone's several in one
            if kind not in PICTURES or picture.width * picture.height > MOST_PIXELS:
                raise UnidentifiedImageError
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            if kind == "JPEG" and upright.mode not in ("RGB", "L"):
                upright = upright.convert("RGB")
            # Pillow would write comments and the like again.
            upright.info = {k: v for k, v in upright.info.items() if k in PART_OF_PICTURE}
            out = io.BytesIO()
            upright.save(out, kind, **({"quality": 85} if kind in ("JPEG", "WEBP") else {}))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise RuleBroken(
            N_("Attach a photo (JPEG, PNG, WebP, GIF), PDF, text, CSV, Word or Excel file."),
            field="photo",
        ) from None
    return out.getvalue(), PICTURES[kind]


def send(*, name: str, content_type: str, sha256: str) -> Response:
    """The file as a download that no browser runs."""
    path = _path(sha256)
    if not path.is_file():
        current_app.logger.error("an uploaded file is gone: %s", path)
        abort(404)
    answer = send_file(path, mimetype=content_type, as_attachment=True, download_name=name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _path(sha256: str) -> Path:
    folder: Path = current_app.extensions["meetingtracker"].upload_dir
    return folder / sha256[:2] / sha256
