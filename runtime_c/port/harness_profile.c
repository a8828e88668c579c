/* Hooks that count each layer by itself. What they cost is the same for every layer and measured by
 * harness_calibrate.c. */
#include "harness.h"
#include "port.h"

void harness_after_invoke(uint32_t ticks) {
    (void)ticks;
}

void tinyc_layer_begin(unsigned layer) {
    (void)layer;
    port_ticks_start();
    HARNESS_COUNT_START();
}

void tinyc_layer_end(unsigned layer) {
    HARNESS_COUNT_STOP();
    harness_record(layer, port_ticks_elapsed());
}
