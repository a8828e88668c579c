/* Time by the core's SysTick counter. Under an emulator that advances time by one nanosecond per instruction its
 * ticks are a count of instructions, to within one tick. */
#include "port.h"

#define SYST_CSR 0xE000E010u
#define SYST_RVR 0xE000E014u
#define SYST_CVR 0xE000E018u
#define COUNTFLAG 0x00010000u
#define TICKS_MASK 0x00FFFFFFu

static uint32_t load_register(uintptr_t address) {
    return *(const volatile uint32_t *)address;
}

static void store_register(uintptr_t address, uint32_t value) {
    *(volatile uint32_t *)address = value;
}

void port_ticks_start(void) {
    store_register(SYST_CSR, 0u);
    store_register(SYST_RVR, TICKS_MASK);
    store_register(SYST_CVR, 0u);
    store_register(SYST_CSR, 5u); /* on, core clock, no interrupt */
}

uint32_t port_ticks_elapsed(void) {
    const uint32_t left = load_register(SYST_CVR);
    const uint32_t has_wrapped = load_register(SYST_CSR) & COUNTFLAG;
    return (has_wrapped != 0u) ? PORT_TICKS_UNKNOWN : ((0u - left) & TICKS_MASK);
}
