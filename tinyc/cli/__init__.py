"""The command line: one module for each command, which imports what it needs when it runs, so that help is quick."""

from tinyc.cli.app import app, main
from tinyc.cli.bench import bench
from tinyc.cli.boards import boards
from tinyc.cli.build import build
from tinyc.cli.evaluate import evaluate
from tinyc.cli.explain import explain
from tinyc.cli.inspect import inspect
from tinyc.cli.pareto import pareto
from tinyc.cli.profile import profile
from tinyc.cli.run import run
from tinyc.cli.sensitivity import sensitivity
from tinyc.cli.verify import verify

# In the order of the help.
for _command in (build, run, evaluate, verify, profile, bench, pareto, inspect, sensitivity, boards, explain):
    app.command("eval" if _command is evaluate else None)(_command)

__all__ = ["app", "main"]
