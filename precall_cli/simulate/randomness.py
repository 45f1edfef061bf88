"""Random numbers and logarithms that are the same bits on every machine.

A bit generator's raw stream is guaranteed by numpy; its distributions, and the logarithm of a C library, are
not. Here everything beyond the stream is made of +, −, × and ÷, which every machine rounds alike; sums are
`math.fsum`, since the plain `sum` differs between versions of Python.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LN2 = 0.6931471805599453


class Stream:
    """One stream of numbers, named, so that what one agent draws does not move what another does."""

    def __init__(self, seed: int, name: str) -> None:
        import numpy as np

        self._bits = np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())]))

    def uniform(self, rows: int, columns: int) -> Floats:
        """Numbers above 0 and below 1."""
        import numpy as np

        raw = self._bits.random_raw(rows * columns) >> np.uint64(12)
        drawn: Floats = (raw.astype(np.float64) + 0.5) * 2.0**-52
        return drawn.reshape(rows, columns)


def natural_log(values: Floats) -> Floats:
    """The natural logarithm of numbers above 0, to about fifteen digits.

    With m·2^e = x and m near 1, ln m = 2·(s + s³/3 + s⁵/5 + …) for s = (m − 1) / (m + 1).
    """
    import numpy as np

    mantissa, exponent = np.frexp(values)
    low = mantissa < 0.7071067811865476
    mantissa = np.where(low, mantissa * 2.0, mantissa)
    power = exponent.astype(np.float64) - low
    s = (mantissa - 1.0) / (mantissa + 1.0)
    square = s * s
    total = np.zeros_like(s)
    for odd in range(21, 0, -2):
        total = total * square + 1.0 / odd
    found: Floats = 2.0 * s * total + power * _LN2
    return found
