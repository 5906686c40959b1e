"""Characters of a request that would act on a terminal are shown, not passed on."""

from __future__ import annotations

import pytest

from interfaces.host.escaping import escaped


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("a\r\nb\tc\x00", r"a\r\nb\tc\x00"),
        ("\x7f\x9b\x85", r"\x7f\x9b\x85"),
        ("a\u202eb\u2066c\u2028d", r"a\u202eb\u2066c\u2028d"),
        ("Größe 😀 'a' \\x1b", "Größe 😀 'a' \\x1b"),
    ],
)
def test_active_characters_are_written_as_escapes(text: str, shown: str) -> None:
    assert escaped(text) == shown
