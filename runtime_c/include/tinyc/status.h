/* What the functions of a generated model return. */
#ifndef TINYC_STATUS_H
#define TINYC_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    TINYC_OK = 0,
    TINYC_NULL_POINTER = 1,     /* a handle or an arena is NULL */
    TINYC_ARENA_TOO_SMALL = 2,  /* fewer than NAME_ARENA_BYTES bytes were given */
    TINYC_ARENA_MISALIGNED = 3, /* the arena does not start at a multiple of NAME_ARENA_ALIGN */
    TINYC_NOT_INITIALISED = 4,  /* NAME_init has not succeeded on this handle */
    TINYC_CONSTANTS_DAMAGED = 5, /* the constants are not those that were built (tinyc build --integrity crc32) */
    TINYC_NOT_BOUND = 6,         /* memory that the caller provides has not been bound: NAME_bind_input and its like */
    TINYC_MISALIGNED = 7,        /* bound memory does not start at a multiple of its _ALIGN */
    TINYC_BAD_INDEX = 8,         /* nothing of this number can be bound */
    TINYC_ROWS_MISSING = 9,      /* NAME_invoke before all rows of the input were pushed */
    TINYC_TOO_MANY_ROWS = 10     /* more rows were pushed than the input has; none of them was taken */
} tinyc_status;

/* A short English sentence for each status; never NULL. */
const char *tinyc_status_text(tinyc_status status);

#ifdef __cplusplus
}
#endif

#endif
