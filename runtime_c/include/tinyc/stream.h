/* Layers that work row by row, and the lines between them: values of which only some rows are in memory. */
#ifndef TINYC_STREAM_H
#define TINYC_STREAM_H

#include <stdbool.h>
#include <string.h>

#include "tinyc/kernel.h"

/* Rows are numbered from 0, with `before` rows of padding above the value's own; padding below it is made when it is
 * asked for. A row of a line that does not hold all of its rows has a multiple of 4 bytes. */
typedef struct {
    int32_t offset;   /* of the first row in memory, bytes */
    int32_t row_bytes;
    int32_t capacity; /* rows that fit */
    int32_t before;   /* rows of padding above */
    int32_t rows;     /* without padding */
    int32_t padding;  /* each byte of a padding row */
} tc_line;

/* Rows first to end - 1 are in memory; none are, not even padding, while `first` is negative. */
typedef struct {
    int32_t first;
    int32_t end;
} tc_line_rows;

typedef struct {
    const tc_line *lines;
    tc_line_rows *rows; /* of each line */
    uint8_t *arena; /* the memory in which the lines lie */
} tc_stream;

/* Rows of the value that have been made; more than it has where padding followed. */
static inline int32_t tc_stream_made(const tc_stream *s, int32_t line)
{
    return s->rows[line].end - s->lines[line].before;
}

TC_SHARED uint8_t *tc_stream_row(const tc_stream *s, int32_t line, int32_t row);

TC_SHARED uint8_t *tc_stream_row(const tc_stream *s, int32_t line, int32_t row)
{
    const tc_line *const p = &s->lines[line];
    return &s->arena[p->offset + ((row - s->rows[line].first) * p->row_bytes)];
}

/* The padding above the first row of a line. */
static inline void tc_stream_begin(const tc_stream *s, int32_t line)
{
    const tc_line *const p = &s->lines[line];
    s->rows[line].first = 0;
    (void)memset(&s->arena[p->offset], p->padding, (size_t)(p->before * p->row_bytes));
}

/* Rows from `kept` on move to the front of their line; memory before them may hold something else until then, memory
 * behind them from then on. A `kept` beyond the last row keeps none. */
TC_SHARED void tc_stream_keep(const tc_stream *s, int32_t line, int32_t kept);

TC_SHARED void tc_stream_keep(const tc_stream *s, int32_t line, int32_t kept)
{
    const tc_line *const p = &s->lines[line];
    tc_line_rows *const rows = &s->rows[line];
    const int32_t first = tc_min_i32(kept, rows->end);
    if (first > rows->first) {
        const int32_t bytes = (rows->end - first) * p->row_bytes;
        const uint8_t *from = tc_stream_row(s, line, first);
        uint8_t *to = &s->arena[p->offset];
        int32_t i = 0;
        for (; i <= (bytes - 16); i += 16) {
            uint32_t a, b, c, d; /* all read before they are written: both may overlap */
            (void)memcpy(&a, &from[i], 4u);
            (void)memcpy(&b, &from[i + 4], 4u);
            (void)memcpy(&c, &from[i + 8], 4u);
            (void)memcpy(&d, &from[i + 12], 4u);
            (void)memcpy(&to[i], &a, 4u);
            (void)memcpy(&to[i + 4], &b, 4u);
            (void)memcpy(&to[i + 8], &c, 4u);
            (void)memcpy(&to[i + 12], &d, 4u);
        }
        for (; i < bytes; i += 4) {
            (void)memcpy(&to[i], &from[i], 4u);
        }
        rows->first = first;
    }
}

/* Memory for `count` more rows; those from `kept` on move to the front if there is no room behind them. */
TC_SHARED uint8_t *tc_stream_next(const tc_stream *s, int32_t line, int32_t count, int32_t kept);

TC_SHARED uint8_t *tc_stream_next(const tc_stream *s, int32_t line, int32_t count, int32_t kept)
{
    const tc_line_rows *const rows = &s->rows[line];
    if (rows->first < 0) {
        tc_stream_begin(s, line);
    }
    if (((rows->end + count) - rows->first) > s->lines[line].capacity) {
        tc_stream_keep(s, line, kept);
    }
    return tc_stream_row(s, line, rows->end);
}

static inline void tc_stream_add(const tc_stream *s, int32_t line, int32_t count)
{
    s->rows[line].end += count;
}

/* True if the rows before `end` have been made. The padding above a value is made with its first row, or when nothing
 * else is asked for; that below it once it is complete. */
TC_SHARED bool tc_stream_has(const tc_stream *s, int32_t line, int32_t end, int32_t kept);

TC_SHARED bool tc_stream_has(const tc_stream *s, int32_t line, int32_t end, int32_t kept)
{
    const tc_line *const p = &s->lines[line];
    const int32_t missing = end - s->rows[line].end;
    if ((missing > 0) && (tc_stream_made(s, line) >= p->rows)) {
        (void)memset(tc_stream_next(s, line, missing, kept), p->padding, (size_t)(missing * p->row_bytes));
        tc_stream_add(s, line, missing);
    } else if ((s->rows[line].first < 0) && (end <= p->before)) {
        tc_stream_begin(s, line);
    } else {
        /* nothing is missing, or it has to be computed */
    }
    return s->rows[line].end >= end;
}

/* All lines empty. */
TC_SHARED void tc_stream_start(const tc_stream *s, int32_t lines);

TC_SHARED void tc_stream_start(const tc_stream *s, int32_t lines)
{
    for (int32_t i = 0; i < lines; i++) {
        s->rows[i].first = -1;
        s->rows[i].end = s->lines[i].before;
    }
}

#endif
