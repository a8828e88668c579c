/* Bits of two tensors, element by element, with broadcasting. y may be an operand of y's full shape. */
#ifndef TINYC_BITS_H
#define TINYC_BITS_H

#include "tinyc/binary.h"
#include "tinyc/move.h"

/* Defines kernel NAME: y = EXPRESSION of the elements l of a and r of b, which are bits of any meaning. */
#define TC_BITS(NAME, TYPE, EXPRESSION)                                                       \
    static inline TC_BINARY_BODY(NAME##_typed, tc_binary, TYPE, TYPE, TYPE, EXPRESSION)       \
                                                                                              \
    TC_KERNEL void NAME(const tc_binary *p, const void *a, const void *b, void *y)            \
    {                                                                                         \
        NAME##_typed(p, (const TYPE *)a, (const TYPE *)b, (TYPE *)y);                         \
    }

void tc_bit_and_x8_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_bit_and_x16_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_bit_and_x32_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_bit_and_x64_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_bit_or_x8_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_bit_or_x16_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_bit_or_x32_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_bit_or_x64_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_bit_xor_x8_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_bit_xor_x16_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_bit_xor_x32_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_bit_xor_x64_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_shift_left_x8_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_shift_left_x16_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_shift_left_x32_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_shift_left_x64_ref(const tc_binary *p, const void *a, const void *b, void *y);
void tc_shift_right_i8_ref(const tc_binary *p, const int8_t *a, const int8_t *b, int8_t *y);
void tc_shift_right_u8_ref(const tc_binary *p, const uint8_t *a, const uint8_t *b, uint8_t *y);
void tc_shift_right_i16_ref(const tc_binary *p, const int16_t *a, const int16_t *b, int16_t *y);
void tc_shift_right_i32_ref(const tc_binary *p, const int32_t *a, const int32_t *b, int32_t *y);
void tc_shift_right_i64_ref(const tc_binary *p, const int64_t *a, const int64_t *b, int64_t *y);

#endif
