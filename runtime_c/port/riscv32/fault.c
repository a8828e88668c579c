/* The last words of a program that the core has stopped. */
#include "port.h"

/* Set by the linker script. */
extern const uint32_t port_stack_bottom[];

/* mcause of synchronous exceptions ("The RISC-V Instruction Set Manual, Volume II", table of machine causes). */
static const char *const causes[8] = {
    "misaligned jump", "instruction access fault", "illegal instruction", "breakpoint",
    "misaligned load", "load access fault",        "misaligned store",    "store access fault",
};

static void print_value(const char *name, uint32_t value) {
    port_print(name);
    port_print_hex(value);
}

/* Called by port_fault_entry with the stack pointer, mcause, mepc, mtval and ra of the interrupted code. */
_Noreturn void port_fault_report(uint32_t stack, uint32_t cause, uint32_t pc, uint32_t address, uint32_t ra);

void port_fault_report(uint32_t stack, uint32_t cause, uint32_t pc, uint32_t address, uint32_t ra) {
    port_print("tinyc fault: ");
    port_print((cause < 8u) ? causes[cause] : "unexpected trap");
    print_value(" mcause=", cause);
    print_value(" address=", address);
    if (stack < (uint32_t)(uintptr_t)port_stack_bottom) {
        port_print(" stack overflow");
    }
    print_value(" pc=", pc);
    print_value(" ra=", ra);
    port_print("\n");
    port_exit(PORT_EXIT_FAULT);
}
