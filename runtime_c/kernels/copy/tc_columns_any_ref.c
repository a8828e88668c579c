#include <string.h>

#include "tinyc/copy.h"

/* Computes:  some columns of y = some columns of x, row by row; columns of y behind them are filled.
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact.
 */
TC_KERNEL void tc_columns_any_ref(const tc_columns *p, const void *restrict x, void *restrict y)
{
    const uint8_t *from = &((const uint8_t *)x)[p->x_first];
    uint8_t *to = &((uint8_t *)y)[p->y_first];
    for (int32_t row = 0; row < p->rows; row++) {
        (void)memcpy(to, from, (size_t)p->bytes);
        if (p->fill_bytes > 0) {
            (void)memset(&to[p->bytes], p->fill, (size_t)p->fill_bytes);
        }
        from = &from[p->x_row_bytes];
        to = &to[p->y_row_bytes];
    }
}
