#include "tinyc/kernel.h"
#include "tinyc/status.h"

/* Computes:  the text of a status.
 * Needs:     nothing.
 * Scratch:   none.
 */
TC_KERNEL const char *tinyc_status_text(tinyc_status status)
{
    switch (status) {
    case TINYC_OK:
        return "ok";
    case TINYC_NULL_POINTER:
        return "a handle or an arena is NULL";
    case TINYC_ARENA_TOO_SMALL:
        return "the arena has too few bytes";
    case TINYC_ARENA_MISALIGNED:
        return "the arena is not aligned";
    case TINYC_NOT_INITIALISED:
        return "the handle is not initialised";
    case TINYC_CONSTANTS_DAMAGED:
        return "the constants are damaged";
    case TINYC_NOT_BOUND:
        return "memory is not bound";
    case TINYC_MISALIGNED:
        return "bound memory is not aligned";
    case TINYC_BAD_INDEX:
        return "the index is out of range";
    case TINYC_ROWS_MISSING:
        return "rows of the input have not been pushed";
    case TINYC_TOO_MANY_ROWS:
        return "more rows than the input has";
    default:
        return "unknown status";
    }
}
