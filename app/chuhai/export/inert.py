"""Text of documents, models and readers, so that a file that holds it stays valid and calm."""

import re
import unicodedata

# What XML 1.0 cannot hold (its production 2); such a character is shown as one that is lost.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOST = "\ufffd"
# Unicode's bidirectional formatting: what opens an embedding or isolate, and what closes it.
_POP_EMBEDDING, _POP_ISOLATE = "\u202c", "\u2069"
_CLOSED_BY = {
    **dict.fromkeys("\u202a\u202b\u202d\u202e", _POP_EMBEDDING),
    **dict.fromkeys("\u2066\u2067\u2068", _POP_ISOLATE),
}


def clean(text: str) -> str:
    """The text with characters that no XML can hold replaced by U+FFFD, one for one."""
    return _NOT_XML.sub(_LOST, text)


def flat(text: str) -> str:
    """Clean text on one line."""
    return " ".join(clean(text).split())


def closing(text: str) -> str:
    """The characters that end what the text's right-to-left marks began.

    Put behind it, they keep an unclosed override from turning round what follows.
    """
    open_marks: list[str] = []
    for character in text:
        if character in _CLOSED_BY:
            open_marks.append(_CLOSED_BY[character])
        elif character in (_POP_EMBEDDING, _POP_ISOLATE) and character in open_marks:
            # An isolate's end also ends the embeddings that were opened inside of it.
            while open_marks.pop() != character:
                pass
    return "".join(reversed(open_marks))


def width(text: str) -> float:
    """About how wide the text is set, in ems: Chinese characters are one wide, letters half."""
    return sum(map(_em, text))


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in "WM":
        return 0.9
    return 0.68 if character.isupper() else 0.52
