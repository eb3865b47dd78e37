"""The encoder's model card: a text in `index/card.md`, with the scores filled in."""

from pathlib import Path
from string import Template

from chuhai.index.encoder import StaticEncoder
from chuhai.index.evaluate import table


def write(folder: Path, template: Path, data: Path) -> None:
    """Scores the encoder in `folder` on `data/dev` and writes `folder/README.md`.

    Raises KeyError where the template names something that is not filled in here.
    """
    encoder = StaticEncoder(folder)
    text = Template(template.read_text(encoding="utf-8"))
    scores = table(encoder, data / "dev")
    card = text.substitute(id=encoder.id, dimension=encoder.dimension, scores=scores)
    (folder / "README.md").write_text(card, encoding="utf-8")
