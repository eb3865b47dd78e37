"""Names that every file system keeps, and that say on a terminal no more than they show."""

import hashlib
import re
import unicodedata

# Bytes of UTF-8: most systems allow 255, and what is put beside the name needs some.
_LONGEST = 150
# «#» parts a document from a place in it, in every passage_id.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*#]+')
# Windows opens a device under these names, whatever their suffix.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\.|\Z)", re.I)


def safe_name(name: str) -> str:
    """One part of a path as it is kept: never empty, hidden, a device, or a way out.

    Names that differ only in what was taken out become one; a name that is too long ends in
    a hash of the whole, so that two of them stay two.
    """
    composed = unicodedata.normalize("NFC", name)
    shown = "".join(_visible(ch) for ch in composed)
    kept = _FORBIDDEN.sub("_", " ".join(shown.split()))
    stem, dot, suffix = kept.rpartition(".")
    if not dot or not suffix.isalnum() or len(suffix) > 8:
        stem, suffix = kept, ""
    stem = stem.strip(" .") or "document"
    if _DEVICES.match(stem):
        stem = f"_{stem}"
    return _shortened(stem) + (f".{suffix.lower()}" if suffix else "")


def _visible(ch: str) -> str:
    """The character; space for any space, «_» for half a surrogate, nothing for the unseen."""
    category = unicodedata.category(ch)
    if category == "Cs":
        return "_"
    if category in ("Zs", "Zl", "Zp") or ch in "\t\n\r":
        return " "
    return "" if category.startswith("C") else ch


def _shortened(stem: str) -> str:
    encoded = stem.encode()
    if len(encoded) <= _LONGEST:
        return stem
    mark = hashlib.sha256(encoded).hexdigest()[:8]
    return f"{encoded[: _LONGEST - 9].decode(errors='ignore').rstrip(' .')}-{mark}"


def key(path: str) -> str:
    """By what two names are one where a file system takes no notice of case."""
    return unicodedata.normalize("NFC", path).casefold()


def shown(path: object) -> str:
    """A path for a message: without what would move a terminal's cursor."""
    return "".join(ch if ch.isprintable() else "?" for ch in str(path))
