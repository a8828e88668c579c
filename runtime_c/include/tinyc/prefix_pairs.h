/* The inner loop of prefix codes: two words of at most twelve bits each from every four bytes that are loaded. */
#ifndef TINYC_PREFIX_PAIRS_H
#define TINYC_PREFIX_PAIRS_H

#include "tinyc/prefix_code.h"
#include "tinyc/simd.h"

#define TC_PREFIX_PAIR_BITS 24

#ifdef TC_SIMD_ARM

/* r0 bytes, r9 to r11 the same 8, 16 and 24 bytes on; r1 bit, of which 64 are still to be added for each pair before;
 * r2 entries, r3 where values go; r4 window, r5 and r6 entries, r8 a value, r7 and r12 in between. A load behind a store
 * takes one cycle less. */
#define TC_PREFIX_PAIR(BYTES, BEFORE)                                                                                  \
    "asr r7, r1, #3\n" BEFORE "ldr r4, [" BYTES ", r7]\n"                                                              \
    "and r7, r1, #7\n rev r4, r4\n lsl r4, r4, r7\n lsr r7, r4, #24\n"                                                 \
    "ldrh r5, [r2, r7, lsl #1]\n"                                                                                      \
    "lsr r8, r4, r5\n ror r4, r4, r5\n add r8, r8, r5, lsr #8\n lsr r7, r4, #24\n"                                     \
    "strb r8, [r3], #1\n ldrh r6, [r2, r7, lsl #1]\n"                                                                  \
    "uxtb r12, r5\n uxtab r12, r12, r6\n sub r1, r1, r12\n"                                                            \
    "lsr r8, r4, r6\n add r8, r8, r6, lsr #8\n"
#define TC_PREFIX_STORE "strb r8, [r3], #1\n"

int32_t tc_prefix_pairs(const uint8_t *bytes, int32_t bit, const uint16_t *entries, int8_t *to, int32_t pairs);

/* Values of so many pairs, at least one; returns the next bit. Four bytes must lie where each pair begins. */
TC_KERNEL __attribute__((naked, noinline)) int32_t tc_prefix_pairs(const uint8_t *bytes __attribute__((unused)),
                                                                   int32_t bit __attribute__((unused)),
                                                                   const uint16_t *entries __attribute__((unused)),
                                                                   int8_t *to __attribute__((unused)),
                                                                   int32_t pairs __attribute__((unused)))
{
    __asm__("push {r4-r11, lr}\n"
            "ldr lr, [sp, #36]\n"
            "add r9, r0, #8\n add r10, r0, #16\n add r11, r0, #24\n"
            "subs lr, lr, #4\n"
            "blt 2f\n"
            "1:\n"
            TC_PREFIX_PAIR("r0", "")
            TC_PREFIX_PAIR("r9", TC_PREFIX_STORE)
            TC_PREFIX_PAIR("r10", TC_PREFIX_STORE)
            TC_PREFIX_PAIR("r11", TC_PREFIX_STORE)
            TC_PREFIX_STORE
            "add r1, r1, #256\n"
            "subs lr, lr, #4\n"
            "bge 1b\n"
            "2:\n"
            "adds lr, lr, #4\n"
            "beq 4f\n"
            "3:\n"
            TC_PREFIX_PAIR("r0", "")
            TC_PREFIX_STORE
            "add r1, r1, #64\n"
            "subs lr, lr, #1\n"
            "bne 3b\n"
            "4:\n"
            "mov r0, r1\n"
            "pop {r4-r11, pc}\n");
}

#else

static inline int32_t tc_prefix_pairs(const uint8_t *bytes, int32_t bit, const uint16_t *entries, int8_t *to,
                                      int32_t pairs)
{
    for (int32_t i = 0; i < (2 * pairs); i += 2) {
        const uint32_t window = tc_bits_word(&bytes[bit >> 3]) << (bit & 7);
        const uint32_t first = entries[window >> (32 - TC_PREFIX_WORD)];
        const uint32_t rest = window << (32u - (first & 0x1Fu));
        const uint32_t second = entries[rest >> (32 - TC_PREFIX_WORD)];
        to[i] = (int8_t)(uint8_t)(((window >> (first & 0x1Fu)) + (first >> 8)) & 0xFFu);
        to[i + 1] = (int8_t)(uint8_t)(((rest >> (second & 0x1Fu)) + (second >> 8)) & 0xFFu);
        bit += 64 - (int32_t)((first & 0x1Fu) + (second & 0x1Fu));
    }
    return bit;
}

#endif

#endif
