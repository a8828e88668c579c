"""What a build made, and what it answers."""

from __future__ import annotations

from tinyc.make import Made
from tinyc.report.memory_text import peak_line, step_text, strip_lines
from tinyc.report.pass_rows import PASS_HEADS, changed, pass_rows
from tinyc.report.sizes import count, size_rows
from tinyc.report.stack_text import stack_line
from tinyc.run import Ran
from tinyc.show.tables import show, table

_SHOWN_SAMPLES = 10
_SHOWN_VALUES = 8


def made(built: Made) -> None:
    """The summary of a build."""
    report = built.report
    rows = [(row.what, row.text, row.budget_text, "too large" if row.over else "") for row in size_rows(report)]
    title = f"{report['model']['name']} on {report['board']['name']}: {count(report['model']['macs'])} MACs"
    show(table(("", "bytes", "budget", ""), rows, title=title, numbers=(1, 2)))
    lines = [stack_line(report), peak_line(report), *strip_lines(report)]
    steps_left = report["memory"]["next_steps"]
    lines += [f"next step: {step_text(step)}" for step in steps_left[:1]]
    show(*(line for line in lines if line))
    if steps := changed(report["passes"]):
        show(table(PASS_HEADS, [row.cells for row in pass_rows(steps)], title="passes", numbers=range(1, 7)))
    show(*(f"warning: {text}" for text in built.result.warnings))
    show(*(f"note: {note}" for note in report["notes"] if "not measured" in note or "runs in float" in note))
    show(f"written: {built.folder}")


def ran(found: Ran) -> None:
    """The outputs of the first samples."""
    show(f"{found.samples} samples of {found.manifest.name}, {found.where}")
    for name, values in found.outputs.items():
        flat = values.reshape(len(values), -1)
        rows = [
            (str(number), " ".join(f"{value:.5g}" for value in row[:_SHOWN_VALUES]) + _more(len(row), _SHOWN_VALUES))
            for number, row in enumerate(flat[:_SHOWN_SAMPLES])
        ]
        show(table(("sample", name), rows, numbers=(0,)))
    if found.samples > _SHOWN_SAMPLES:
        show(f"the first {_SHOWN_SAMPLES} samples; --output FILE.npz has all")


def _more(length: int, shown: int) -> str:
    return f" ... ({length})" if length > shown else ""
