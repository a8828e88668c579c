/* The cycle model of a three-stage Armv7E-M core (Cortex-M4; M3 has the same shape) with memory of zero wait states.
 *
 *   arithmetic, multiply (long, accumulating, dual), saturate, bit field   1
 *   LDR, VLDR.32: 2, after a load or store 1        STR, VSTR.32: 1
 *   LDRD, STRD, VLDR.64, VSTR.64: 3                 LDM, STM, PUSH, POP, VLDM, VSTM: 1 + words
 *   branch: 1, and 2 for every break in sequence    SDIV, UDIV: 8
 *   VFP add, multiply, move, convert, compare: 1    VMLA, VFMA and kin: 3    VDIV, VSQRT: 14
 *
 * The break in sequence and the discount of a load after a load are seen at run time by count.c. An instruction that
 * an IT block skips costs what it would cost if executed. Encodings: Arm DDI 0403, chapter A5.
 */
#include "cycle_model.h"

enum { PLAIN_CYCLES = 1, LOAD_CYCLES = 2, DOUBLE_CYCLES = 3, ACCUMULATE_CYCLES = 3, DIVIDE_CYCLES = 8, ROOT_CYCLES = 14 };

static instruction_cost plain(uint32_t cycles) {
    const instruction_cost cost = {cycles, false, false};
    return cost;
}

static instruction_cost single_load(void) {
    const instruction_cost cost = {LOAD_CYCLES, true, true};
    return cost;
}

static instruction_cost other_memory(uint32_t cycles) {
    const instruction_cost cost = {cycles, true, false};
    return cost;
}

static instruction_cost single(bool is_load) {
    return is_load ? single_load() : other_memory(PLAIN_CYCLES);
}

static uint32_t ones(uint32_t word) {
    uint32_t count = 0u;
    for (; word != 0u; word &= word - 1u) {
        count++;
    }
    return count;
}

instruction_cost cost_of_16_bits(uint16_t halfword) {
    const uint32_t h = halfword;
    if ((h & 0xF800u) == 0x4800u) { /* LDR literal */
        return single_load();
    }
    if ((h & 0xF000u) == 0x5000u) { /* register offset: STR STRH STRB LDRSB LDR LDRH LDRB LDRSH */
        return single((h & 0x0E00u) >= 0x0600u);
    }
    if ((h >= 0x6000u) && (h < 0xA000u)) { /* immediate offset: word, byte, halfword, from SP */
        return single((h & 0x0800u) != 0u);
    }
    if ((h & 0xF600u) == 0xB400u) { /* PUSH, POP; bit 8 adds LR or PC */
        return other_memory(1u + ones(h & 0x01FFu));
    }
    if ((h & 0xF000u) == 0xC000u) { /* STM, LDM */
        return other_memory(1u + ones(h & 0x00FFu));
    }
    return plain(PLAIN_CYCLES);
}

/* LDRD, STRD, exclusive accesses, table branches: 1110 100P U1WL. */
static instruction_cost double_or_exclusive(uint32_t first) {
    const bool is_load = (first & 0x0010u) != 0u;
    const bool is_double = (first & 0x0120u) != 0u; /* P or W */
    return is_double ? other_memory(DOUBLE_CYCLES) : single(is_load);
}

/* VLDR, VSTR, VLDM, VSTM and moves of two registers: 1110 110P UDWL. */
static instruction_cost vfp_memory(uint32_t first, uint32_t second) {
    if ((first & 0xFFE0u) == 0xEC40u) { /* VMOV of two core registers */
        return plain(PLAIN_CYCLES);
    }
    if ((first & 0xFF20u) == 0xED00u) {
        const bool is_double = (second & 0x0100u) != 0u;
        return is_double ? other_memory(DOUBLE_CYCLES) : single((first & 0x0010u) != 0u);
    }
    return other_memory(1u + (second & 0x00FFu));
}

/* VFP data processing, told apart by bits 7, 5 and 4 of the first halfword. */
static instruction_cost vfp_arithmetic(uint32_t first, uint32_t second) {
    if ((second & 0x0010u) != 0u) { /* moves between core and VFP registers */
        return plain(PLAIN_CYCLES);
    }
    switch (first & 0x00B0u) {
    case 0x0000u: /* VMLA, VMLS */
    case 0x0010u: /* VNMLA, VNMLS */
    case 0x0090u: /* VFNMA, VFNMS */
    case 0x00A0u: /* VFMA, VFMS */
        return plain(ACCUMULATE_CYCLES);
    case 0x0080u: /* VDIV */
        return plain(ROOT_CYCLES);
    case 0x00B0u: /* one operand: VSQRT among moves, conversions and comparisons */
        return plain((((first & 0x000Fu) == 1u) && ((second & 0x00C0u) == 0x00C0u)) ? ROOT_CYCLES : PLAIN_CYCLES);
    default: /* VMUL, VNMUL, VADD, VSUB */
        return plain(PLAIN_CYCLES);
    }
}

instruction_cost cost_of_32_bits(uint16_t first_halfword, uint16_t second_halfword) {
    const uint32_t first = first_halfword;
    const uint32_t second = second_halfword;
    if ((first & 0xFE40u) == 0xE800u) { /* LDM, STM, PUSH.W, POP.W */
        return other_memory(1u + ones(second));
    }
    if (((first & 0xFE40u) == 0xE840u) && (first != 0xE97Fu)) { /* not SG */
        return double_or_exclusive(first);
    }
    const bool is_vfp = (second & 0x0E00u) == 0x0A00u; /* coprocessors 10 and 11 */
    if (((first & 0xFE00u) == 0xEC00u) && is_vfp) {
        return vfp_memory(first, second);
    }
    if (((first & 0xFF00u) == 0xEE00u) && is_vfp) {
        return vfp_arithmetic(first, second);
    }
    if ((first & 0xFE00u) == 0xF800u) { /* load and store of one register; byte and halfword loads to PC are PLD, PLI */
        const bool is_load = (first & 0x0010u) != 0u;
        const bool is_word = (first & 0x0060u) == 0x0040u;
        const bool is_hint = is_load && !is_word && ((second & 0xF000u) == 0xF000u);
        return is_hint ? plain(PLAIN_CYCLES) : single(is_load);
    }
    if (((first & 0xFFD0u) == 0xFB90u) && ((second & 0x00F0u) == 0x00F0u)) { /* SDIV, UDIV */
        return plain(DIVIDE_CYCLES);
    }
    return plain(PLAIN_CYCLES);
}
