/* Depthwise 3x3, four outputs of a row at a time, for cores without SMLAD.
 *
 * Stream of one channel: bias, three words of three weights each, multiplier, offset and k of requant_scalar.h.
 */
#ifndef TINYC_DEPTHWISE_SCALAR_H
#define TINYC_DEPTHWISE_SCALAR_H

#include "tinyc/requant_four.h"

#define TC_DEPTHWISE_STREAM 7   /* words of one channel */
#define TC_DEPTHWISE_CHANNELS 8 /* at a time where requantisation is a second step */

typedef struct {
    const int8_t *line[3]; /* the windows' rows, channels innermost */
    int8_t *y;
    const int32_t *stream;
    int32_t step;  /* from pixel to pixel */
    int32_t count; /* channels to compute, at least 1 */
} tc_depthwise_run;

_Static_assert(sizeof(void *) > 4u || offsetof(tc_depthwise_run, count) == 24u, "the assembly reads it by offsets");

#if defined(__ARM_ARCH) && (__ARM_ARCH >= 7) && defined(__thumb2__)

/* r0 to r3 sums, r4 to r6 weights of a line, r7 an input, r8 its place, r9 step, r10 3 * step, r11 stream,
 * r12 run, lr channel. */
#define TC_DEPTHWISE_OPEN                                                                                              \
    "push {r4-r11, lr}\n mov r12, r0\n ldr r11, [r0, #16]\n ldr r9, [r0, #20]\n add r10, r9, r9, lsl #1\n"             \
    "movs.w lr, #0\n"                                                                                                  \
    "1:\n ldr r0, [r11], #4\n mov r1, r0\n mov r2, r0\n mov r3, r0\n"
#define TC_DEPTHWISE_WEIGHTS(line)                                                                                     \
    "ldr r8, [r12, #" line "]\n add r8, r8, lr\n"                                                                      \
    "ldrsb r4, [r11, #" line "]\n ldrsb r5, [r11, #" line " + 1]\n ldrsb r6, [r11, #" line " + 2]\n"
#define TC_DEPTHWISE_LINE_1(line)                                                                                      \
    TC_DEPTHWISE_WEIGHTS(line)                                                                                         \
    "ldrsb r7, [r8]\n mla r0, r7, r4, r0\n"                                                                            \
    "ldrsb r7, [r8, r9]\n mla r0, r7, r5, r0\n mla r1, r7, r4, r1\n"                                                   \
    "ldrsb r7, [r8, r9, lsl #1]\n mla r0, r7, r6, r0\n mla r1, r7, r5, r1\n mla r2, r7, r4, r2\n"                      \
    "ldrsb r7, [r8, r10]\n mla r1, r7, r6, r1\n mla r2, r7, r5, r2\n mla r3, r7, r4, r3\n"                             \
    "ldrsb r7, [r8, r9, lsl #2]\n mla r2, r7, r6, r2\n mla r3, r7, r5, r3\n"                                           \
    "add r8, r8, r10\n ldrsb r7, [r8, r9, lsl #1]\n mla r3, r7, r6, r3\n"
#define TC_DEPTHWISE_LINE_2(line)                                                                                      \
    TC_DEPTHWISE_WEIGHTS(line)                                                                                         \
    "ldrsb r7, [r8]\n mla r0, r7, r4, r0\n"                                                                            \
    "ldrsb r7, [r8, r9]\n mla r0, r7, r5, r0\n"                                                                        \
    "ldrsb r7, [r8, r9, lsl #1]\n mla r0, r7, r6, r0\n mla r1, r7, r4, r1\n"                                           \
    "ldrsb r7, [r8, r10]\n mla r1, r7, r5, r1\n"                                                                       \
    "ldrsb r7, [r8, r9, lsl #2]\n mla r1, r7, r6, r1\n mla r2, r7, r4, r2\n"                                           \
    "ldrsb r7, [r8, r10, lsl #1]\n mla r2, r7, r6, r2\n mla r3, r7, r4, r3\n"                                          \
    "add r8, r8, r10\n ldrsb r7, [r8, r9, lsl #1]\n mla r2, r7, r5, r2\n"                                              \
    "ldrsb r7, [r8, r9, lsl #2]\n mla r3, r7, r5, r3\n"                                                                \
    "add r8, r8, r10\n ldrsb r7, [r8, r9, lsl #1]\n mla r3, r7, r6, r3\n"
#define TC_DEPTHWISE_FINISH(sum, place)                                                                                \
    "smull r7, " sum ", r4, " sum "\n add " sum ", " sum ", r5\n asr.w " sum ", " sum ", r6\n"                         \
    "ssat " sum ", #8, " sum "\n strb " sum ", " place "\n"
#define TC_DEPTHWISE_CLOSE                                                                                             \
    "adds.w r11, r11, #12\n ldmia r11!, {r4, r5, r6}\n ldr r8, [r12, #12]\n add r8, r8, lr\n"                          \
    TC_DEPTHWISE_FINISH("r0", "[r8]") TC_DEPTHWISE_FINISH("r1", "[r8, r9]")                                            \
    TC_DEPTHWISE_FINISH("r2", "[r8, r9, lsl #1]") TC_DEPTHWISE_FINISH("r3", "[r8, r10]")                               \
    "add lr, lr, #1\n ldr r7, [r12, #24]\n cmp lr, r7\n bne.w 1b\n pop {r4-r11, pc}\n"

/* Four outputs whose windows lie one pixel apart, for all channels. */
TC_KERNEL __attribute__((naked, noinline)) void tc_depthwise_four_by_1(const tc_depthwise_run *run
                                                                       __attribute__((unused)))
{
    __asm__(TC_DEPTHWISE_OPEN TC_DEPTHWISE_LINE_1("0") TC_DEPTHWISE_LINE_1("4") TC_DEPTHWISE_LINE_1("8")
                TC_DEPTHWISE_CLOSE);
}

/* The same for windows two pixels apart. */
TC_KERNEL __attribute__((naked, noinline)) void tc_depthwise_four_by_2(const tc_depthwise_run *run
                                                                       __attribute__((unused)))
{
    __asm__(TC_DEPTHWISE_OPEN TC_DEPTHWISE_LINE_2("0") TC_DEPTHWISE_LINE_2("4") TC_DEPTHWISE_LINE_2("8")
                TC_DEPTHWISE_CLOSE);
}

#else

#if defined(__ARM_ARCH) && (__ARM_ARCH == 6) && defined(__thumb__)

/* r0 an input, r1 a product, r2 to r4 weights of a line, r5 the inputs' place, r6 offset, r7 stream; r8 to r11 sums,
 * r12 step, lr channel; run at [sp], the array of sums at [sp, 4]. */
#define TC_DEPTHWISE_LINE(line)                                                                                        \
    "ldr r4, [r7, #" line " + 4]\n sxtb r2, r4\n"                                                                      \
    "lsls r3, r4, #16\n asrs r3, r3, #24\n lsls r4, r4, #8\n asrs r4, r4, #24\n"                                       \
    "ldr r5, [sp, #0]\n ldr r5, [r5, #" line "]\n add r5, r5, lr\n movs r6, #0\n ldrsb r0, [r5, r6]\n"
#define TC_DEPTHWISE_NEXT "add r6, r6, r12\n ldrsb r0, [r5, r6]\n"
#define TC_DEPTHWISE_ADD(sum, weight) "movs r1, r0\n muls r1, " weight ", r1\n add " sum ", " sum ", r1\n"
#define TC_DEPTHWISE_LAST(sum, weight) "muls r0, " weight ", r0\n add " sum ", " sum ", r0\n"
#define TC_DEPTHWISE_LINE_1(line)                                                                                      \
    TC_DEPTHWISE_LINE(line) TC_DEPTHWISE_LAST("r8", "r2")                                                              \
    TC_DEPTHWISE_NEXT TC_DEPTHWISE_ADD("r8", "r3") TC_DEPTHWISE_LAST("r9", "r2")                                       \
    TC_DEPTHWISE_NEXT TC_DEPTHWISE_ADD("r8", "r4") TC_DEPTHWISE_ADD("r9", "r3") TC_DEPTHWISE_LAST("r10", "r2")         \
    TC_DEPTHWISE_NEXT TC_DEPTHWISE_ADD("r9", "r4") TC_DEPTHWISE_ADD("r10", "r3") TC_DEPTHWISE_LAST("r11", "r2")        \
    TC_DEPTHWISE_NEXT TC_DEPTHWISE_ADD("r10", "r4") TC_DEPTHWISE_LAST("r11", "r3")                                     \
    TC_DEPTHWISE_NEXT TC_DEPTHWISE_LAST("r11", "r4")
#define TC_DEPTHWISE_LINE_2(line)                                                                                      \
    TC_DEPTHWISE_LINE(line) TC_DEPTHWISE_LAST("r8", "r2")                                                              \
    TC_DEPTHWISE_NEXT TC_DEPTHWISE_LAST("r8", "r3")                                                                    \
    TC_DEPTHWISE_NEXT TC_DEPTHWISE_ADD("r8", "r4") TC_DEPTHWISE_LAST("r9", "r2")                                       \
    TC_DEPTHWISE_NEXT TC_DEPTHWISE_LAST("r9", "r3")                                                                    \
    TC_DEPTHWISE_NEXT TC_DEPTHWISE_ADD("r9", "r4") TC_DEPTHWISE_LAST("r10", "r2")                                      \
    TC_DEPTHWISE_NEXT TC_DEPTHWISE_LAST("r10", "r3")                                                                   \
    TC_DEPTHWISE_NEXT TC_DEPTHWISE_ADD("r10", "r4") TC_DEPTHWISE_LAST("r11", "r2")                                     \
    TC_DEPTHWISE_NEXT TC_DEPTHWISE_LAST("r11", "r3")                                                                   \
    TC_DEPTHWISE_NEXT TC_DEPTHWISE_LAST("r11", "r4")
#define TC_DEPTHWISE_OPEN                                                                                              \
    ".syntax unified\n"                                                                                                \
    "push {r4-r7, lr}\n mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n push {r0, r1, r4-r7}\n"                  \
    "ldr r7, [r0, #16]\n ldr r1, [r0, #20]\n mov r12, r1\n movs r1, #0\n mov lr, r1\n"                                 \
    "1:\n ldr r1, [r7, #0]\n mov r8, r1\n mov r9, r1\n mov r10, r1\n mov r11, r1\n"
#define TC_DEPTHWISE_CLOSE                                                                                             \
    "ldr r0, [sp, #4]\n mov r1, r8\n mov r2, r9\n mov r3, r10\n mov r4, r11\n stmia r0!, {r1-r4}\n str r0, [sp, #4]\n" \
    "adds r7, r7, #28\n mov r0, lr\n adds r0, r0, #1\n mov lr, r0\n"                                                   \
    "ldr r1, [sp, #0]\n ldr r1, [r1, #24]\n cmp r0, r1\n beq 2f\n b 1b\n"                                              \
    "2:\n pop {r0, r1, r4-r7}\n mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n pop {r4-r7, pc}\n"

/* Sums of four outputs for all channels: [count][4]. */
TC_KERNEL __attribute__((naked, noinline)) void tc_depthwise_sums_by_1(const tc_depthwise_run *run
                                                                       __attribute__((unused)),
                                                                       int32_t *sums __attribute__((unused)))
{
    __asm__(TC_DEPTHWISE_OPEN TC_DEPTHWISE_LINE_1("0") TC_DEPTHWISE_LINE_1("4") TC_DEPTHWISE_LINE_1("8")
                TC_DEPTHWISE_CLOSE);
}

TC_KERNEL __attribute__((naked, noinline)) void tc_depthwise_sums_by_2(const tc_depthwise_run *run
                                                                       __attribute__((unused)),
                                                                       int32_t *sums __attribute__((unused)))
{
    __asm__(TC_DEPTHWISE_OPEN TC_DEPTHWISE_LINE_2("0") TC_DEPTHWISE_LINE_2("4") TC_DEPTHWISE_LINE_2("8")
                TC_DEPTHWISE_CLOSE);
}

#else

static inline int32_t tc_depthwise_weight(const int32_t *stream, int32_t line, int32_t tap)
{
    return (int8_t)(uint8_t)(((uint32_t)stream[1 + line] >> (8 * tap)) & 0xFFu);
}

static inline void tc_depthwise_sums(const tc_depthwise_run *run, int32_t stride, int32_t *sums)
{
    for (int32_t i = 0; i < (4 * run->count); i++) {
        const int32_t *stream = &run->stream[TC_DEPTHWISE_STREAM * (i / 4)];
        int32_t acc = stream[0];
        for (int32_t ky = 0; ky < 3; ky++) {
            const int8_t *x = &run->line[ky][((i % 4) * stride * run->step) + (i / 4)];
            acc += x[0] * tc_depthwise_weight(stream, ky, 0);
            acc += x[run->step] * tc_depthwise_weight(stream, ky, 1);
            acc += x[2 * run->step] * tc_depthwise_weight(stream, ky, 2);
        }
        sums[i] = acc;
    }
}

static inline void tc_depthwise_sums_by_1(const tc_depthwise_run *run, int32_t *sums)
{
    tc_depthwise_sums(run, 1, sums);
}

static inline void tc_depthwise_sums_by_2(const tc_depthwise_run *run, int32_t *sums)
{
    tc_depthwise_sums(run, 2, sums);
}

#endif

/* The next channels of a run. */
static inline void tc_depthwise_skip(tc_depthwise_run *run, int32_t channels)
{
    for (int32_t i = 0; i < 3; i++) {
        run->line[i] += channels;
    }
    run->y += channels;
    run->stream += TC_DEPTHWISE_STREAM * channels;
}

static inline void tc_depthwise_four(const tc_depthwise_run *all, void (*sums_of)(const tc_depthwise_run *, int32_t *))
{
    int32_t sums[4 * TC_DEPTHWISE_CHANNELS];
    tc_depthwise_run run = *all;
    for (int32_t left = all->count; left > 0; left -= TC_DEPTHWISE_CHANNELS) {
        run.count = tc_min_i32(left, TC_DEPTHWISE_CHANNELS);
        sums_of(&run, sums);
        const tc_four_run four = {sums, &run.stream[4], 4 * TC_DEPTHWISE_STREAM, run.y, run.step, run.count};
        tc_requantize_four(&four);
        tc_depthwise_skip(&run, TC_DEPTHWISE_CHANNELS);
    }
}

static inline void tc_depthwise_four_by_1(const tc_depthwise_run *run)
{
    tc_depthwise_four(run, tc_depthwise_sums_by_1);
}

static inline void tc_depthwise_four_by_2(const tc_depthwise_run *run)
{
    tc_depthwise_four(run, tc_depthwise_sums_by_2);
}

#endif

#endif
