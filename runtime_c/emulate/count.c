/* A plugin for QEMU that counts instructions and model cycles between two markers in the program.
 *
 * `mov r9, r9` starts a segment, `mov r10, r10` ends it (RISC-V: `slti zero, zero, 1` and `2`, hints); neither is
 * counted. The cycle model is of Thumb code: cycles of a RISC-V program are its instructions and breaks. Every segment becomes a line
 * "instructions cycles" of the file given by -plugin count.so,out=FILE. A block of code is decoded once, when QEMU
 * translates it; its cost is added whenever it runs. One core only.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cycle_model.h"
#include "qemu_plugin_api.h"

#define THUMB_START 0x46C9u       /* mov r9, r9 */
#define THUMB_STOP 0x46D2u        /* mov r10, r10 */
#define RISCV_START 0x00102013u   /* slti zero, zero, 1 */
#define RISCV_STOP 0x00202013u    /* slti zero, zero, 2 */
#define FIRST_32_BIT_CODE 0xE800u /* Thumb */
#define BREAK_CYCLES 2u      /* taken branch, call, return: the pipeline is filled again */

/* A straight run of instructions without a marker. */
typedef struct {
    uint64_t first_address;
    uint64_t end_address;
    uint32_t instructions;
    uint32_t cycles;
    bool starts_with_single_load;
    bool ends_with_memory;
} straight_run;

int qemu_plugin_version = TINYC_QEMU_PLUGIN_API;

static FILE *report;
static bool is_riscv;
static bool counting;
static uint64_t instructions;
static uint64_t cycles;
static uint64_t expected_address;
static bool after_memory;

static void on_run(unsigned int core, void *userdata) {
    const straight_run *const run = userdata;
    const bool in_sequence = run->first_address == expected_address;
    (void)core;
    if (counting) {
        const bool pipelined = in_sequence && after_memory && run->starts_with_single_load;
        instructions += run->instructions;
        cycles += run->cycles + (in_sequence ? 0u : BREAK_CYCLES) - (pipelined ? 1u : 0u);
    }
    expected_address = run->end_address;
    after_memory = run->ends_with_memory;
}

static void on_start(unsigned int core, void *userdata) {
    const straight_run *const marker = userdata;
    (void)core;
    counting = true;
    instructions = 0u;
    cycles = 0u;
    expected_address = marker->end_address;
    after_memory = false;
}

static void on_stop(unsigned int core, void *userdata) {
    const straight_run *const marker = userdata;
    (void)core;
    if (counting) {
        cycles += (marker->first_address == expected_address) ? 0u : BREAK_CYCLES;
        (void)fprintf(report, "%" PRIu64 " %" PRIu64 "\n", instructions, cycles);
    }
    counting = false;
    expected_address = marker->end_address;
    after_memory = false;
}

typedef struct {
    uint16_t halfwords[2];
    bool is_32_bits;
} machine_code;

/* The size is taken from the code itself: for an instruction that ends two bytes before a page does, QEMU 7.2
 * reports the halfword after it as its own. */
static machine_code code_of(const struct qemu_plugin_insn *insn) {
    unsigned char bytes[4] = {0u};
    machine_code code;
#if TINYC_QEMU_PLUGIN_API >= 3
    (void)qemu_plugin_insn_data(insn, bytes, sizeof bytes);
#else
    const size_t size = qemu_plugin_insn_size(insn);
    memcpy(bytes, qemu_plugin_insn_data(insn), (size < sizeof bytes) ? size : sizeof bytes);
#endif
    code.halfwords[0] = (uint16_t)(bytes[0] | ((unsigned)bytes[1] << 8));
    code.halfwords[1] = (uint16_t)(bytes[2] | ((unsigned)bytes[3] << 8));
    code.is_32_bits = is_riscv ? ((code.halfwords[0] & 3u) == 3u) : (code.halfwords[0] >= FIRST_32_BIT_CODE);
    return code;
}

static uint64_t address_after(const struct qemu_plugin_insn *insn) {
    return qemu_plugin_insn_vaddr(insn) + (code_of(insn).is_32_bits ? 4u : 2u);
}

static instruction_cost cost_of(const struct qemu_plugin_insn *insn) {
    const machine_code code = code_of(insn);
    if (is_riscv) {
        const instruction_cost one = {.cycles = 1u};
        return one;
    }
    return code.is_32_bits ? cost_of_32_bits(code.halfwords[0], code.halfwords[1]) : cost_of_16_bits(code.halfwords[0]);
}

/* A Thumb marker has no second half. */
static bool is_marker(const struct qemu_plugin_insn *insn, uint32_t thumb, uint32_t riscv) {
    const machine_code code = code_of(insn);
    const uint32_t word = code.halfwords[0] | (code.is_32_bits ? ((uint32_t)code.halfwords[1] << 16) : 0u);
    return word == (is_riscv ? riscv : thumb);
}

/* Lives as long as the code that refers to it, which QEMU may drop without notice: never freed. */
static straight_run *new_run(struct qemu_plugin_insn *insn, qemu_plugin_vcpu_udata_cb_t on_execution) {
    straight_run *const run = calloc(1u, sizeof *run);
    if (run == NULL) {
        abort();
    }
    run->first_address = qemu_plugin_insn_vaddr(insn);
    run->end_address = address_after(insn);
    qemu_plugin_register_vcpu_insn_exec_cb(insn, on_execution, QEMU_PLUGIN_CB_NO_REGS, run);
    return run;
}

static void append(straight_run *run, const struct qemu_plugin_insn *insn) {
    const instruction_cost cost = cost_of(insn);
    if (run->instructions == 0u) {
        run->starts_with_single_load = cost.is_single_load;
    }
    run->cycles += cost.cycles - ((cost.is_single_load && run->ends_with_memory) ? 1u : 0u);
    run->instructions++;
    run->ends_with_memory = cost.is_memory;
    run->end_address = address_after(insn);
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
    straight_run *run = NULL;
    (void)id;
    for (size_t i = 0u; i < qemu_plugin_tb_n_insns(block); i++) {
        struct qemu_plugin_insn *const insn = qemu_plugin_tb_get_insn(block, i);
        if (is_marker(insn, THUMB_START, RISCV_START)) {
            (void)new_run(insn, on_start);
            run = NULL;
        } else if (is_marker(insn, THUMB_STOP, RISCV_STOP)) {
            (void)new_run(insn, on_stop);
            run = NULL;
        } else {
            run = (run != NULL) ? run : new_run(insn, on_run);
            append(run, insn);
        }
    }
}

static void on_exit(qemu_plugin_id_t id, void *userdata) {
    (void)id;
    (void)userdata;
    (void)fclose(report);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
    is_riscv = strncmp(info->target_name, "riscv", 5u) == 0;
    if ((argc != 1) || (strncmp(argv[0], "out=", 4u) != 0)) {
        (void)fprintf(stderr, "count plugin: needs out=FILE\n");
        return 1;
    }
    report = fopen(&argv[0][4], "w");
    if (report == NULL) {
        perror(argv[0]);
        return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_atexit_cb(id, on_exit, NULL);
    return 0;
}
