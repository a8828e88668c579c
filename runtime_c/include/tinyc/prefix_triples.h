/* The inner loop of codes of short words: up to three values from each look-up of seven bits.
 *
 * Entries: low byte 32 - bits of all its words + 32 * words; then the values, the first one lowest.
 */
#ifndef TINYC_PREFIX_TRIPLES_H
#define TINYC_PREFIX_TRIPLES_H

#include "tinyc/prefix_code.h"
#include "tinyc/simd.h"

#define TC_TRIPLE_WORD 7
#define TC_TRIPLE_ENTRIES 128
#define TC_TRIPLE_ROOM 10 /* bytes that three look-ups may write */

typedef struct {
    const uint8_t *bytes;
    const uint32_t *entries;
    int8_t *to;
    int8_t *last;     /* the last place from which three look-ups may write */
    int32_t bit;      /* the next one */
    int32_t last_bit; /* the last one behind which four bytes lie */
} tc_triple_run;

#ifdef TC_SIMD_ARM

_Static_assert(sizeof(tc_triple_run) == 24u, "the assembly reads tc_triple_run by six words");

/* r1 bytes, r2 entries, r3 to, r4 last, r6 last_bit; r7: 32 * to - bit; r5 window, r8 entry, r9, r12 in between. */
#define TC_TRIPLE_LOOK                                                                                                 \
    "ldr r8, [r2, r9, lsl #2]\n"                                                                                       \
    "ror r5, r5, r8\n uxtab r7, r7, r8\n ubfx r12, r8, #5, #3\n lsr r8, r8, #8\n lsr r9, r5, #25\n"                    \
    "str r8, [r3]\n add r3, r3, r12\n"

void tc_prefix_triples(tc_triple_run *run);

/* Values while three look-ups find room and bits; moves `to` and `bit`. */
TC_KERNEL __attribute__((naked, noinline)) void tc_prefix_triples(tc_triple_run *run __attribute__((unused)))
{
    __asm__("push {r0, r4-r9, lr}\n"
            "ldmia r0, {r1-r6}\n"
            "rsb r7, r5, r3, lsl #5\n"
            "b 2f\n"
            "1:\n"
            "lsr r9, r8, #3\n ldr r5, [r1, r9]\n and r9, r8, #7\n rev r5, r5\n lsl r5, r5, r9\n lsr r9, r5, #25\n"
            TC_TRIPLE_LOOK
            TC_TRIPLE_LOOK
            TC_TRIPLE_LOOK
            "sub r7, r7, #96\n"
            "2:\n"
            "cmp r3, r4\n"
            "bhi 3f\n"
            "rsb r8, r7, r3, lsl #5\n"
            "cmp r8, r6\n"
            "ble 1b\n"
            "3:\n"
            "pop {r0}\n"
            "rsb r8, r7, r3, lsl #5\n"
            "str r3, [r0, #8]\n"
            "str r8, [r0, #16]\n"
            "pop {r4-r9, pc}\n");
}

#else

static inline void tc_prefix_triples(tc_triple_run *run)
{
    while ((run->to <= run->last) && (run->bit <= run->last_bit)) {
        uint32_t window = tc_bits_word(&run->bytes[run->bit >> 3]) << (run->bit & 7);
        for (int32_t i = 0; i < 3; i++) {
            const uint32_t entry = run->entries[window >> (32 - TC_TRIPLE_WORD)];
            const int32_t bits = 32 - (int32_t)(entry & 0x1Fu);
            const uint8_t values[4] = {(uint8_t)((entry >> 8) & 0xFFu), (uint8_t)((entry >> 16) & 0xFFu),
                                       (uint8_t)(entry >> 24), 0u};
            (void)memcpy(run->to, values, sizeof values);
            run->to += (entry >> 5) & 7u;
            run->bit += bits;
            window <<= bits;
        }
    }
}

#endif

#endif
