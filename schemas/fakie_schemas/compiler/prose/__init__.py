"""Limits that stand in words, in Chinese and English, by a grammar over a lexicon.

A limit is read only when its wording, its unit and the field's type agree. Every number of a text is read, doubted
or listed: nothing is dropped in silence.
"""

from fakie_schemas.compiler.prose.grammar import Findings, KeywordReading, read_lines, read_prose

__all__ = ["Findings", "KeywordReading", "read_lines", "read_prose"]
