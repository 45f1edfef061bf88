"""precall: call plans for AI voice agents, committed before the dial and audited after it."""

__version__ = "0.1.0"
