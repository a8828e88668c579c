/* Runs the model on every sample of the input file, watches the stack, and measures the time of each call. */
#include <stddef.h>

#include "harness.h"
#include "port.h"

static port_file segments_file;
static uint32_t stack_of_init;
static uint32_t stack_high_water;

int main(void);

void harness_record(uint32_t segment, uint32_t ticks) {
    const uint32_t record[2] = {segment, ticks};
    port_write(segments_file, record, (uint32_t)sizeof record);
}

/* The model's inputs from the file; 0 when it has ended. */
static uint32_t read_sample(port_file file) {
    for (uint32_t i = 0u; i < harness_input_count; i++) {
        const uint32_t bytes = port_read(file, harness_input(i), harness_input_bytes[i]);
        if (bytes == harness_input_bytes[i]) {
            continue;
        }
        if ((i != 0u) || (bytes != 0u)) {
            port_fail("the input file ends inside a sample");
        }
        return 0u;
    }
    return 1u;
}

static void write_sample(port_file file) {
    for (uint32_t i = 0u; i < harness_output_count; i++) {
        port_write(file, harness_output(i), harness_output_bytes[i]);
    }
}

static void require_ok(const char *doing, const char *error) {
    if (error != NULL) {
        port_print(doing);
        port_print(": ");
        port_fail(error);
    }
}

/* The bytes of stack that a call has used; leaves the program where that was all there is. */
static uint32_t checked(uint32_t used) {
    if (used >= port_stack_room()) {
        port_fail("the stack has run over");
    }
    return used;
}

static void init(void) {
    port_stack_paint();
    const char *const error = harness_init();
    const uint32_t used = port_stack_used();
    require_ok("init", error);
    stack_of_init = checked(used);
}

static void invoke(void) {
    port_stack_paint();
    port_ticks_start();
    const char *const error = harness_invoke();
    const uint32_t ticks = port_ticks_elapsed();
    const uint32_t used = port_stack_used();
    require_ok("invoke", error);
    if (checked(used) > stack_high_water) {
        stack_high_water = used;
    }
    harness_after_invoke(ticks);
}

int main(void) {
    uint32_t samples = 0u;
    const port_file input = port_open(HARNESS_INPUT, PORT_READ);
    const port_file output = port_open(HARNESS_OUTPUT, PORT_WRITE);
    segments_file = port_open(HARNESS_SEGMENTS, PORT_WRITE);
    init();
    harness_open();
    while (read_sample(input) != 0u) {
        invoke();
        write_sample(output);
        samples++;
    }
    const uint32_t result[3] = {samples, stack_of_init, stack_high_water};
    const port_file result_file = port_open(HARNESS_RESULT, PORT_WRITE);
    port_write(result_file, result, (uint32_t)sizeof result);
    port_close(result_file);
    port_close(segments_file);
    port_close(output);
    port_close(input);
    return 0;
}
