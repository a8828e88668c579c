/* Depthwise 3x3 on cores with MVE, channel by channel: a line of outputs at a time, eight results a turn.
 *
 * A strip holds, for each position along the line, the three inputs across it; so a window is 9 bytes that follow one
 * another, and a sum one multiplication of vectors. Strips of channels lie one behind the other. Lines across take the
 * three places in turn: weights are read in the order of the places.
 */
#ifndef TINYC_MVE_LINES_H
#define TINYC_MVE_LINES_H

#include "tinyc/kernel.h"

/* A line of outputs, of all channels; the assembly reads it by offsets. */
typedef struct {
    const int8_t *x; /* strip of the first channel; steps are in bytes */
    int8_t *y;
    const int32_t *constants; /* [channels][4]: start, multiplier, zero point, minus shift */
    const int8_t *weights;    /* [channels][3 along][3 across] */
    int32_t outputs;
    int32_t channels;
    int32_t y_turn; /* from output to the eighth from it */
    int32_t pitch;  /* of strips */
    int32_t low;
    int32_t high;
    uint16_t y_lanes[8]; /* the eight outputs of a turn */
    uint8_t places[16];  /* the weight of each byte of a window; 9 count */
} tc_mve_line;

#if defined(__ARM_FEATURE_MVE)

_Static_assert(offsetof(tc_mve_line, constants) == 8u, "the assembly reads tc_mve_line by offsets");
_Static_assert(offsetof(tc_mve_line, outputs) == 16u, "the assembly reads tc_mve_line by offsets");
_Static_assert(offsetof(tc_mve_line, y_turn) == 24u, "the assembly reads tc_mve_line by offsets");
_Static_assert(offsetof(tc_mve_line, low) == 32u, "the assembly reads tc_mve_line by offsets");
_Static_assert(offsetof(tc_mve_line, places) == 56u, "the assembly reads tc_mve_line by offsets");
_Static_assert(offsetof(tc_mve_line, y_lanes) == 40u, "the assembly reads tc_mve_line by offsets");

#define TC_MVE_LINE_SUM(q, sum, at) "vldrb.u8 " q ", [r1, #" at "]\n vmladav.s8 " sum ", " q ", q4\n"

/* Eight outputs: even ones to q0, odd ones to q1, halves of the same lanes after narrowing. */
#define TC_MVE_LINE_TURN(at1, at2, at3, at4, at5, at6, at7, turn)                                                      \
    TC_MVE_LINE_SUM("q0", "r0", "0") TC_MVE_LINE_SUM("q1", "r8", at1) TC_MVE_LINE_SUM("q2", "r2", at2)                 \
    TC_MVE_LINE_SUM("q0", "r10", at3) TC_MVE_LINE_SUM("q1", "r4", at4) TC_MVE_LINE_SUM("q2", "r12", at5)               \
    TC_MVE_LINE_SUM("q0", "r6", at6) TC_MVE_LINE_SUM("q1", "lr", at7)                                                  \
    "vmov d0, r0, r2\n vmov d1, r4, r6\n vmov d2, r8, r10\n vmov d3, r12, lr\n"                                        \
    "ldrd r0, r2, [r5]\n ldrd r4, r6, [r5, #8]\n"                                                                      \
    "vadd.i32 q0, q0, r0\n vadd.i32 q1, q1, r0\n vmulh.s32 q0, q0, q5\n vmulh.s32 q1, q1, q5\n"                        \
    "vrshl.s32 q0, r6\n ldr r0, [%[d], #24]\n vrshl.s32 q1, r6\n add r1, #" turn "\n"                                  \
    "vqmovnb.s32 q0, q0\n vqmovnt.s32 q0, q1\n"                                                                        \
    "vqadd.s16 q0, q0, r4\n vctp.16 r3\n vmax.s16 q0, q0, q7\n vmin.s16 q0, q0, q3\n"                                  \
    "vpst\n vstrbt.16 q0, [r9, q6]\n add r9, r0\n subs r3, #8\n bgt 2b\n"

#define TC_MVE_LINE(turn)                                                                                              \
    __asm__ volatile(                                                                                                  \
        "vldrh.u16 q6, [%[d], #40]\n ldrd r0, r2, [%[d], #32]\n vdup.16 q7, r0\n vdup.16 q3, r2\n"                    \
        "1:\n"                                                                                                         \
        "ldrd r5, r0, [%[d], #8]\n vldrb.u8 q2, [%[d], #56]\n"                                            \
        "mov r4, #9\n vctp.8 r4\n vpst\n vldrbt.u8 q4, [r0, q2]\n add r0, #9\n str r0, [%[d], #12]\n"                  \
        "ldr r2, [r5, #4]\n vdup.32 q5, r2\n ldrd r1, r9, [%[d]]\n ldr r3, [%[d], #16]\n"                              \
        "2:\n" turn                                                                                                    \
        "ldrd r0, r2, [%[d]]\n ldr r4, [%[d], #28]\n add r0, r4\n add r2, #1\n strd r0, r2, [%[d]]\n"                  \
        "add r5, #16\n str r5, [%[d], #8]\n"                                                                           \
        "ldr r0, [%[d], #20]\n subs r0, #1\n str r0, [%[d], #20]\n bne 1b\n"                                           \
        : [d] "+r"(d)                                                                                                  \
        :                                                                                                              \
        : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12", "lr", "q0", "q1", "q2", "q3", "q4",      \
          "q5", "q6", "q7", "cc", "memory")

/* All channels of a line; windows `stride` (1 or 2) apart. What the assembly changes is lost. */
static inline void tc_mve_line_of(tc_mve_line *line, int32_t stride)
{
    register tc_mve_line *d __asm__("r11") = line; /* found by a compiler only when it optimises */
    if (stride == 1) {
        TC_MVE_LINE(TC_MVE_LINE_TURN("3", "6", "9", "12", "15", "18", "21", "24"));
    } else {
        TC_MVE_LINE(TC_MVE_LINE_TURN("6", "12", "18", "24", "30", "36", "42", "48"));
    }
}

/* One line of inputs to its places in the strips of up to eight channels. */
static inline void tc_mve_spread_8(const int8_t *from, int32_t step, int32_t positions, uint32_t channels, int8_t *to,
                                   const uint16_t *lanes)
{
    __asm__ volatile("vldrh.u16 q1, [%[lanes]]\n vctp.16 %[channels]\n wls lr, %[positions], 2f\n"
                     "1:\n"
                     "vpstt\n vldrbt.u16 q0, [%[from]]\n vstrbt.16 q0, [%[to], q1]\n"
                     "add %[from], %[step]\n add %[to], #3\n le lr, 1b\n"
                     "2:\n"
                     : [from] "+l"(from), [to] "+r"(to)
                     : [lanes] "r"(lanes), [channels] "r"(channels), [positions] "r"(positions), [step] "r"(step)
                     : "lr", "q0", "q1", "cc", "memory");
}

#else

static inline void tc_mve_line_of(const tc_mve_line *d, int32_t stride)
{
    for (int32_t i = 0; i < (d->channels * d->outputs); i++) {
        const int32_t c = i / d->outputs;
        const int32_t out = i - (c * d->outputs);
        const int8_t *const window = &d->x[(c * d->pitch) + (3 * stride * out)];
        const int32_t *const constants = &d->constants[4 * c];
        int32_t sum = constants[0];
        for (int32_t t = 0; t < 9; t++) {
            sum += window[t] * d->weights[(9 * c) + d->places[t]];
        }
        const int32_t product = (int32_t)(((int64_t)sum * constants[1]) >> 32);
        const int32_t value = (product + (1 << (-constants[3] - 1))) >> -constants[3];
        d->y[(out * d->y_lanes[1]) + c] = (int8_t)tc_clamp_i32(value + constants[2], d->low, d->high);
    }
}

static inline void tc_mve_spread_8(const int8_t *from, int32_t step, int32_t positions, uint32_t channels, int8_t *to,
                                   const uint16_t *lanes)
{
    for (int32_t i = 0; i < positions; i++) {
        for (uint32_t c = 0u; c < channels; c++) {
            to[lanes[c] + (3 * i)] = from[(i * step) + (int32_t)c];
        }
    }
}

#endif

#endif
