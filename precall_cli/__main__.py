"""Entry point. `--version` answers before anything heavy is imported."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line; never returns normally, since each command ends with its exit code."""
    if sys.argv[1:] == ["--version"]:
        from precall_cli import __version__

        sys.stdout.write(f"precall {__version__}\n")
        return
    from precall_cli.cli.app import run

    run()


if __name__ == "__main__":
    main()
