"""tinyc profile: count what each layer costs."""

from __future__ import annotations

from tinyc.cli.options import Built, Json, print_json


def profile(folder: Built, json: Json = False) -> None:
    """Count what each layer costs on the board.

    Instructions on the emulated board, and cycles by a stated model. The figures also join DIR/report.json and
    DIR/report.html.

    Example: tinyc profile build/kws
    """
    from tinyc.profile import profile as profile_model

    found = profile_model(folder)
    if json:
        print_json(found.as_json())
    else:
        from tinyc import show

        show.profiled(found)
