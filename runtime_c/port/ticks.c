/* Time by the core's SysTick counter. Under an emulator that advances time by one nanosecond per instruction its
 * ticks are a count of instructions, to within one tick. */
#include "port.h"

#define SYST_CSR 0xE000E010u
#define SYST_RVR 0xE000E014u
#define SYST_CVR 0xE000E018u
#define TICKS_MASK 0x00FFFFFFu

static void store_register(uintptr_t address, uint32_t value) {
    *(volatile uint32_t *)address = value;
}

void port_ticks_start(void) {
    store_register(SYST_RVR, TICKS_MASK);
    store_register(SYST_CVR, 0u);
    store_register(SYST_CSR, 5u); /* on, core clock, no interrupt */
}

uint32_t port_ticks(void) {
    return *(const volatile uint32_t *)SYST_CVR;
}

uint32_t port_ticks_between(uint32_t first, uint32_t last) {
    return (first - last) & TICKS_MASK;
}
