#include "tinyc/integer_sums.h"

/* Computes:  y[n][i][j] = sum over k of (a[n][i][k] - a_zero[i]) * (b[n][k][j] - b_zero[j]).
 * Needs:     nothing.
 * Scratch:   none.
 * Exactness: exact; the sum must fit int32, which the compiler proves.
 */
#define TC_FUNCTION tc_matmul_integer_u8i8_ref
#define TC_A uint8_t
#define TC_B int8_t
#include "tinyc/matmul_integer_body.h"
