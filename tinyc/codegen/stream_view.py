"""What the templates see of streams: tables of lines, one function for each stage, the loop over them."""

from __future__ import annotations

import re
from typing import Any

from tinyc.codegen.literals import comment_text
from tinyc.codegen.view import argument_text, cast
from tinyc.lower.program import PUSHED, Argument, Call, Program
from tinyc.lower.program_stream import Line, Reading, Stage, Stream, Strip

_ROW = "&row[i], self->pushed"
_ROW_PARAMETERS = ("const uint8_t *row", "int32_t number")


def stream_view(program: Program, stream: Stream) -> dict[str, Any]:
    calls = program.calls[stream.first : stream.last + 1]
    stages = [_StageView(program, stream, call, stream.first + number).words for number, call in enumerate(calls)]
    return {
        "name": stream.name,
        "title": comment_text(f'"{stream.lines[0].name}" -> "{stream.lines[-1].name}"'),
        "table": stream.name + (f"[{len(stream.strips)}][{len(stream.lines) - 1}]" if stream.strips else "[]"),
        "lines": _table(stream),
        "last_readers": _last_readers(program, stream),
        "strips": _strips_text(stream),
        "body": _body(program, stream, _turns([stage["turn"] for stage in stages])),
        "parameters": ", ".join(
            [*(_parameter(program, name) for name in _memories(stream)), *(_ROW_PARAMETERS if stream.pushed else ())]
        ),
        "stages": stages,
    }


def _body(program: Program, stream: Stream, turns: list[str]) -> list[str]:
    """Of the function that runs a stream: for each strip if there are some, all rows of it."""
    lines = [
        "const tc_stream s = {",
        f"    .lines = {stream.name}{'[strip]' if stream.strips else ''}, "
        f".rows = (tc_line_rows *)(void *)&{stream.memory}[{stream.rows}],",
        f"    .arena = {stream.memory}}};",
        f"int32_t stage = {stream.last - stream.first + 1};",
        *_begin(program, stream),
        "while (stage > 0) {",
        *_indented(turns),
        "}",
    ]
    if not stream.strips:
        return lines
    return [f"for (int32_t strip = 0; strip < {len(stream.strips)}; strip++) {{", *_indented(lines), "}"]


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _begin(program: Program, stream: Stream) -> list[str]:
    """What happens before the stages run: the lines are empty, or have one more row of the input."""
    start = f"tc_stream_start(&s, {len(stream.lines) - stream.first_kept});"
    if not stream.pushed:
        return [start]
    kept = _kept(program, stream, 0, "&s")
    return [
        "if (number == 0) {",
        f"    {start}",
        "}",
        f"(void)memcpy(tc_stream_next(&s, 0, 1, {kept}), row, {stream.lines[0].row_bytes}u);",
        "tc_stream_add(&s, 0, 1);",
    ]


def push_words(program: Program) -> dict[str, Any]:
    """Words for NAME_push_rows; an empty list where no input is pushed."""
    return {
        "pushes": [
            {
                "rows": stream.lines[0].rows,
                "row_bytes": stream.lines[0].row_bytes,
                "value": comment_text(stream.lines[0].name),
                "c_type": stream.lines[0].type.dtype.c_type,
                "index": next(i for i, tensor in enumerate(program.inputs) if tensor.memory == PUSHED),
                "call": f"run_{stream.name}({', '.join([*(f'self->{m}' for m in _memories(stream)), _ROW])});",
            }
            for stream in program.streams
            if stream.pushed
        ]
    }


def stream_step(program: Program, stream: Stream) -> dict[str, Any]:
    """What NAME_invoke says of a stream; one whose rows are pushed has run before."""
    if stream.pushed:
        rows = f"(int32_t){program.name.upper()}_INPUT_ROWS"
        return {
            "summary": comment_text(f'{stream.first} to {stream.last}: "{stream.lines[0].name}" has been pushed'),
            "lines": [f"if (self->pushed < {rows}) {{", "    return TINYC_ROWS_MISSING;", "}", "self->pushed = 0;"],
        }
    title = f'"{stream.lines[0].name}" -> "{stream.lines[-1].name}", row by row'
    return {
        "summary": comment_text(f"{stream.first} to {stream.last}: {title}"),
        "lines": [f"run_{stream.name}({', '.join(_memories(stream))});"],
    }


def _turns(calls: list[str]) -> list[str]:
    """One call. The next layer is the last one that reads what it has made, or the one before if it made nothing."""
    lines = ["bool done;", "switch (stage) {"]
    for number, call in enumerate(calls, 1):
        label = "default" if number == len(calls) else f"case {number}"
        lines += [f"{label}:", f"    done = {call};", "    break;"]
    return [*lines, "}", "stage = done ? last_reader[stage] : (stage - 1);"]


def _last_readers(program: Program, stream: Stream) -> str:
    """For each stage, counted from 1, the last one that reads what it makes; the last one is its own."""
    last = stream.last - stream.first + 1
    found = [
        max((stage.line for stage, _ in _readers(program, stream, number)), default=last)
        for number in range(1, last + 1)
    ]
    return ", ".join(map(str, (0, *found)))


def _memories(stream: Stream) -> list[str]:
    """Names of the memories in which a stream works."""
    return list(dict.fromkeys((stream.memory, *(line.memory for line in stream.lines if line.memory != PUSHED))))


def _parameter(program: Program, memory: str) -> str:
    """A memory's declaration; `const` where it is only read."""
    const = "const " if any(one.name == memory and not one.writable for one in program.memories) else ""
    return f"{const}uint8_t *{memory}"


def _table(stream: Stream) -> list[str]:
    """The initialisers of all lines whose rows are kept, for each strip if there are some."""
    lines = list(enumerate(stream.lines))[stream.first_kept :]
    if not stream.strips:
        return [text for number, line in lines for text in _line(number - stream.first_kept, line, line.row_bytes)]
    found = list[str]()
    for place, strip in enumerate(stream.strips):
        rows = [text for number, line in lines for text in _line(number - 1, line, strip.row_bytes[number])]
        found += [f"/* {comment_text(f'Strip {place}: {_columns(stream, strip)}')} */", "{", *_indented(rows), "},"]
    return [*found[:-1], "}"]


def _columns(stream: Stream, strip: Strip) -> str:
    made, read = (f"{first} to {end - 1}" for first, end in (strip.columns, strip.read))
    return f'columns {made} of "{stream.lines[-1].name}", made of columns {read} of "{stream.lines[0].name}"'


def _strips_text(stream: Stream) -> str:
    """What a comment says of a stream that works in strips, in a line of its own."""
    if not stream.strips:
        return ""
    twice = sum(strip.read[1] - strip.read[0] for strip in stream.strips) - stream.strips[-1].read[1]
    read = f'{twice} columns of "{stream.lines[0].name}" are read twice' if twice > 0 else "no column is read twice"
    macs = f", {stream.repeated_macs:,} MACs done again" if stream.repeated_macs > 0 else ""
    return "\n * " + comment_text(f"In {len(stream.strips)} strips of columns, one after the other: {read}{macs}.")


def _line(number: int, line: Line, row_bytes: int) -> list[str]:
    columns = f", columns {row_bytes * line.type.shape[3] // line.row_bytes}" if row_bytes != line.row_bytes else ""
    held = "all rows" if line.capacity >= line.rows else f"{line.capacity} rows of {line.rows}"
    held = held if line.row_bytes else f"one row, made in {line.rows} calls"
    title = comment_text(f'{number}: "{line.name}" {line.type}{columns}, {held}')
    return [
        f"/* {title} */",
        f"{{.offset = {line.offset},",
        f" .row_bytes = {row_bytes},",
        f" .capacity = {line.capacity},",
        f" .before = {line.before},",
        f" .rows = {line.rows},",
        f" .padding = {line.padding}}},",
    ]


class _StageView:
    """One stage's function. Lines have the numbers of the table, which leaves out an input that is whole."""

    def __init__(self, program: Program, stream: Stream, call: Call, number: int) -> None:
        assert call.stage is not None
        self.program, self.stream, self.call, self.number = program, stream, call, number
        self.stage: Stage = call.stage
        self.line = stream.lines[self.stage.line]
        self.base = stream.first_kept

    @property
    def words(self) -> dict[str, Any]:
        name = f"run_{self.call.name}"
        lines = [*self._kept_lines(), *self._wait(), *self._pointers(), *self._call_lines()]
        used = [memory for memory in _memories(self.stream)[1:] if _mentions(lines, memory)]
        strip = ["strip"] if _mentions(lines, "strip") else []
        parameters = [*(f"int32_t {name}" for name in strip), *(_parameter(self.program, memory) for memory in used)]
        return {
            "title": comment_text(f"{self.call.name}: {self._what()}"),
            "function": name,
            "parameters": ", ".join(["const tc_stream *s", *parameters]),
            "turn": f"{name}({', '.join(['&s', *strip, *used])})",
            "made": f"tc_stream_made(s, {self.stage.line - self.base})",
            "lines": lines,
        }

    def _what(self) -> str:
        """What one call makes, in words."""
        group = self.stage.group
        if self.line.row_bytes:
            return f'{group} row{"s" * (group > 1)} of "{self.line.name}"'
        reading = self.stage.readings[0]
        rows = f'{reading.extent} row{"s" * (reading.extent > 1)}'
        return f'{rows} of "{self.stream.lines[reading.line].name}" for "{self.line.name}"'

    def _kept_lines(self) -> list[str]:
        """For each line that it reads or makes, the first row that is read again."""
        numbers = [reading.line for reading in self.stage.readings if reading.line >= self.base]
        if self.stage.line < len(self.stream.lines) - 1:
            numbers.append(self.stage.line)
        own = self.stage.line
        return [
            f"const int32_t kept_{number - self.base} = {_kept(self.program, self.stream, number, own=own)};"
            for number in numbers
        ]

    def _wait(self) -> list[str]:
        """Nothing is done without the rows that it reads, or when all rows are made."""
        reasons = [f"made >= {self.line.rows}"]
        for reading in self.stage.readings:
            if (number := reading.line - self.base) >= 0:
                end = _sum("made", reading.stride, reading.start + reading.extent)
                if self.line.rows % self.stage.group:
                    last = (self.line.rows - self.stage.group) * reading.stride + reading.start + reading.extent
                    end = f"tc_min_i32({end}, {last})"
                reasons.append(f"!tc_stream_has(s, {number}, {end}, kept_{number})")
        return [line for reason in reasons for line in (f"if ({reason}) {{", "    return false;", "}")]

    def _pointers(self) -> list[str]:
        found = []
        for argument in self._rows_of_lines():
            const = "" if argument.written else "const "
            value = cast(argument, self._rows(argument))
            found.append(f"{const}{argument.c_type} *const {self._pointer(argument)} = {value};")
        return found

    def _rows_of_lines(self) -> list[Argument]:
        return [one for one in self.call.arguments if isinstance(one, Argument) and one.line is not None]

    def _pointer(self, argument: Argument) -> str:
        assert argument.line is not None
        number = "" if argument.line < self.base else f"_{argument.line - self.base}"
        return f"{'to' if argument.written else 'from'}{number}"

    def _call_lines(self) -> list[str]:
        arguments = [self._parameters()] if self.call.params.fields else []
        arguments += [self._argument(argument) for argument in self.call.arguments]
        return [
            f"TINYC_LAYER_BEGIN({self.number}u);",
            f"{self.call.kernel}({', '.join(arguments)});",
            f"TINYC_LAYER_END({self.number}u);",
            f"tc_stream_add(s, {self.stage.line - self.base}, {self._count()});",
            *self._early_moves(),
        ]

    def _early_moves(self) -> list[str]:
        """Of the lines that it reads, those whose rows move as soon as others have been read."""
        numbers = dict.fromkeys(reading.line for reading in self.stage.readings if reading.line >= self.base)
        return [
            f"tc_stream_keep(s, {number - self.base}, {_kept(self.program, self.stream, number)});"
            for number in numbers
            if self.stream.lines[number].is_early
        ]

    def _count(self) -> str:
        """Rows that it makes."""
        group, rows = self.stage.group, self.line.rows
        return f"tc_min_i32({group}, {rows} - made)" if rows % group else str(group)

    def _argument(self, argument: Argument | tuple[Argument, ...]) -> str:
        if isinstance(argument, Argument) and argument.line is not None:
            return self._pointer(argument)
        return argument_text(self.program, argument).replace(f"&{self.stream.memory}[", "&s->arena[")

    def _parameters(self) -> str:
        """The address of the call's parameters, others for rows at the edges of the stream's input."""
        text = f"&{self.call.name}{'[strip]' if self.stage.strips else ''}"
        for place, edge in enumerate(self.stage.edges):
            own = f"&{self.call.name}_edge_{place}{'[strip]' if edge.strips else ''}"
            tests = " || ".join(f"(made == {row})" for row in edge.made)
            tests = tests if len(edge.made) == 1 else f"({tests})"
            text = f"({tests} ? {own} : {text})"
        return text

    def _rows(self, argument: Argument) -> str:
        """The address of the rows that a stage reads or makes."""
        number = argument.line
        assert number is not None
        line, whole = self.stream.lines[number], number < self.base or number == len(self.stream.lines) - 1
        memory = "s->arena" if line.memory == self.stream.memory else line.memory
        if argument.written:
            if line.row_bytes == 0:
                return f"&{memory}[{line.offset}]"
            if whole:
                return f"&{memory}[{line.offset} + (made * {line.row_bytes})]"
            return f"tc_stream_next(s, {number - self.base}, {self._count()}, kept_{number - self.base})"
        reading = next(one for one in self.stage.readings if one.line == number)
        first = _sum("made", reading.stride, reading.start)
        if whole:
            first = f"tc_max_i32({first}, 0)" if reading.start < 0 else first
            return f"&{memory}[{line.offset} + ({first} * {line.row_bytes})]"
        return f"tc_stream_row(s, {number - self.base}, {first})"


def _readers(program: Program, stream: Stream, number: int) -> list[tuple[Stage, Reading]]:
    calls = program.calls[stream.first : stream.last + 1]
    stages = [call.stage for call in calls if call.stage is not None]
    return [(stage, reading) for stage in stages for reading in stage.readings if reading.line == number]


def _kept(program: Program, stream: Stream, number: int, s: str = "s", own: int | None = None) -> str:
    """The first row of a line that is read again, where `made` counts the rows of line `own`."""
    return _least(
        [
            _sum(
                "made" if stage.line == own else f"tc_stream_made({s}, {stage.line - stream.first_kept})",
                reading.stride,
                reading.start,
            )
            for stage, reading in _readers(program, stream, number)
        ]
    )


def _least(terms: list[str]) -> str:
    text = terms[0]
    for term in terms[1:]:
        text = f"tc_min_i32({text}, {term})"
    return text


def _mentions(lines: list[str], name: str) -> bool:
    return any(re.search(rf"\b{name}\b", line) for line in lines)


def _sum(made: str, stride: int, start: int) -> str:
    text = made if stride == 1 else f"({made} * {stride})"
    return text if start == 0 else f"({text} {'-' if start < 0 else '+'} {abs(start)})"
