"""Text from outside as a part of a command that someone will copy into a shell."""

from __future__ import annotations

from shlex import quote

from precall_cli.report.inert import one_line


def typed(text: str) -> str:
    """`text` as one word of a shell, harmless on a terminal.

    >>> typed("call_88"), typed("x; rm -rf ~")
    ('call_88', "'x; rm -rf ~'")
    """
    return quote(one_line(text))
