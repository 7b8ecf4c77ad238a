"""The command line: ``python -m ops``, or ``ops``. A command is a module of its own; docs/cli.md describes them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import ops
from ops._cli.output import CommandError, Output


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ops", description="Tools of ops.")
    parser.add_argument("--version", action="version", version=f"ops {ops.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    json = argparse.ArgumentParser(add_help=False)
    json.add_argument("--json", action="store_true", help="print one JSON document, and nothing else")

    text = "versions, whether they were tested, settings and where they come from, what to install"
    command = commands.add_parser("info", parents=[json], help=text, description=text)
    command.add_argument("--devices", action="store_true", help="also list the devices, which imports the frameworks")

    text = "signature of a function, its support by each backend, and how it differs from keras"
    command = commands.add_parser("describe", parents=[json], help=text, description=text)
    command.add_argument("name", help='such as "take", "nn.softmax"; "differences" for those that hold for any op')

    text = "replace imports of keras in Python files with ops, and report what behaves differently or is missing"
    command = commands.add_parser("migrate", parents=[json], help=text, description=text)
    command.add_argument("path", nargs="+", help="a file or folder")
    mode = command.add_mutually_exclusive_group()
    mode.add_argument("--diff", action="store_true", help="print the changes as a unified diff")
    mode.add_argument("--write", action="store_true", help="write the changes to the files")

    text = "summary of a saved graph: operations, shapes, parameters, FLOPs"
    command = commands.add_parser("graph", parents=[json], help=text, description=text)
    command.add_argument("file", help="a file that Graph.save has written")
    return parser


def main(arguments: Sequence[str]) -> int:
    """Runs a command; returns its exit status.

    0: there is nothing to do. 1: something needs attention, as docs/cli.md says for each command. 2: the command could
    not run, for the reason on the standard error output.
    """
    options = _parser().parse_args(arguments)
    output = Output(options.json)
    try:
        if options.command == "info":
            from ops._cli.info import info

            return info(options.devices, output)
        if options.command == "describe":
            from ops._cli.describe import describe

            return describe(options.name, output)
        if options.command == "graph":
            from ops._cli.graph import graph

            return graph(options.file, output)
        return _migrate(options, output)
    except CommandError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _migrate(options: argparse.Namespace, output: Output) -> int:
    try:
        from ops._cli.migrate.command import migrate
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("libcst", "yaml"):
            raise
        raise CommandError('migrate needs libcst: pip install "ops[cli]"') from error
    return migrate(options.path, options.diff, options.write, output)


def run() -> int:
    """Runs the console script ``ops``; returns its exit status."""
    try:
        status = main(sys.argv[1:])
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # `ops describe take | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
