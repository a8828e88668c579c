/* An empty layer, once, before all others: what the hooks themselves cost. A file of its own, so that the hooks are called here as they are from generated code. */
#include "harness.h"

void harness_open(void) {
    tinyc_layer_begin(0u);
    tinyc_layer_end(0u);
}
