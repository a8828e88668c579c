/* Time by mtime, the timer of the core-local interruptor, where QEMU's `virt` machine has it: 10 MHz. Under an emulator
 * that advances time by one nanosecond per instruction its ticks count instructions, to within a hundred. */
#include "port.h"

#define CLINT_MTIME 0x0200BFF8u

static uint32_t started;

static uint32_t time_low(void) {
    return *(const volatile uint32_t *)(uintptr_t)CLINT_MTIME;
}

void port_ticks_start(void) {
    started = time_low();
}

uint32_t port_ticks_elapsed(void) {
    const uint32_t elapsed = time_low() - started;
    return (elapsed > 0x00FFFFFFu) ? PORT_TICKS_UNKNOWN : elapsed;
}
