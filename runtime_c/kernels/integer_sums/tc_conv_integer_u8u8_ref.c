#include "tinyc/conv_window.h"
#include "tinyc/integer_sums.h"

/* Computes:  y[n][m][oy][ox] = sum over taps inside x and channels of (x - x_zero) * (w[m] - w_zero[m]).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact; the sum must fit int32, which the compiler proves.
 */
#define TC_FUNCTION tc_conv_integer_u8u8_ref
#define TC_X uint8_t
#define TC_W uint8_t
#include "tinyc/conv_integer_body.h"
