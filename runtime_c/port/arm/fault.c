/* The last words of a program that the core has stopped. */
#include "port.h"

#define SCB_CFSR 0xE000ED28u
#define SCB_BFAR 0xE000ED38u
#define CFSR_STACKING_FAILED 0x00101010u /* STKOF, STKERR, MSTKERR: the exception frame was not written */

static const char *const exception_names[8] = {
    "thread", "reset", "NMI", "HardFault", "MemManage", "BusFault", "UsageFault", "SecureFault",
};

/* Set by the linker script: where a frame can lie. */
extern const uint32_t port_ram_start[];
extern const uint32_t port_stack_top[];

#if __ARM_ARCH >= 7
static uint32_t load_register(uintptr_t address) {
    return *(const volatile uint32_t *)address;
}
#endif

static void print_value(const char *name, uint32_t value) {
    port_print(name);
    port_print_hex(value);
}

/* Called by port_fault_entry with the exception frame (r0-r3, r12, lr, pc, xpsr) and the exception's number. */
_Noreturn void port_fault_report(const uint32_t *frame, uint32_t exception);

void port_fault_report(const uint32_t *frame, uint32_t exception) {
    const uintptr_t place = (uintptr_t)frame;
    uint32_t frame_is_lost = (place < (uintptr_t)port_ram_start) || (place >= (uintptr_t)port_stack_top);
    port_print("tinyc fault: ");
    port_print((exception < 8u) ? exception_names[exception] : "unexpected exception");
#if __ARM_ARCH >= 7
    const uint32_t cfsr = load_register(SCB_CFSR);
    frame_is_lost |= cfsr & CFSR_STACKING_FAILED;
    print_value(" cfsr=", cfsr);
    print_value(" address=", load_register(SCB_BFAR));
#endif
    if (frame_is_lost != 0u) {
        port_print(" stack overflow");
    } else {
        print_value(" pc=", frame[6]);
        print_value(" lr=", frame[5]);
    }
    port_print("\n");
    port_exit(PORT_EXIT_FAULT);
}
