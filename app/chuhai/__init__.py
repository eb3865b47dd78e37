"""Chuhai 出海: cited answers about taking Chinese B2B brands overseas."""

__version__ = "0.1.0"
