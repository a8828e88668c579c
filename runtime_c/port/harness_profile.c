/* Hooks that count each layer by itself. What they cost is the same for every layer and measured by
 * harness_calibrate.c. */
#include "harness.h"
#include "port.h"

static uint32_t first_tick;

void tinyc_layer_begin(unsigned layer) {
    (void)layer;
    first_tick = port_ticks();
    HARNESS_COUNT_START();
}

void tinyc_layer_end(unsigned layer) {
    HARNESS_COUNT_STOP();
    harness_record(layer, port_ticks_between(first_tick, port_ticks()));
}
