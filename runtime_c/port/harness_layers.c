/* Hooks that write each layer's outputs to a file as soon as the layer has ended, before others reuse the memory. */
#include "harness.h"
#include "port.h"

static port_file layers_file;

void harness_open(void) {
    layers_file = port_open(HARNESS_LAYERS, PORT_WRITE);
}

void harness_after_invoke(uint32_t ticks) {
    (void)ticks;
}

void tinyc_layer_begin(unsigned layer) {
    (void)layer;
}

void tinyc_layer_end(unsigned layer) {
    static uint32_t parts;
    for (uint32_t i = 0u; i < harness_layer_output_count; i++) {
        const harness_layer_output *const place = &harness_layer_outputs[i];
        if (place->layer == layer) {
            if ((parts + 1u) < place->parts) {
                parts++;
                return;
            }
            parts = 0u;
            const uint32_t head[3] = {place->layer, place->output, place->bytes};
            port_write(layers_file, head, (uint32_t)sizeof head);
            port_write(layers_file, place->memory, place->bytes);
        }
    }
}
