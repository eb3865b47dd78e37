"""Pure functions on text in Chinese and English: detection, folding, sentences, tokens."""
