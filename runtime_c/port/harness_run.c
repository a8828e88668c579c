/* The plain harness: nothing to open, and no hooks, as the model is compiled without TINYC_PROFILE. */
#include "harness.h"

void harness_open(void) {
}

void harness_after_invoke(uint32_t ticks) {
    harness_record(HARNESS_INVOKE, ticks);
}
