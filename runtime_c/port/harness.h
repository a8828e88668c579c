/* The model behind fixed names: what the generated model.c gives to the harness. */
#ifndef TINYC_HARNESS_H
#define TINYC_HARNESS_H

#include <stdint.h>

/* One output of one layer: where it lies when the layer has ended. */
typedef struct {
    uint32_t layer;
    uint32_t output;
    uint32_t parts; /* how often the layer runs before the output is complete */
    const unsigned char *memory;
    uint32_t bytes;
} harness_layer_output;

extern const uint32_t harness_input_count;
extern const uint32_t harness_input_bytes[];
extern const uint32_t harness_output_count;
extern const uint32_t harness_output_bytes[];
extern const uint32_t harness_layer_output_count;
extern const harness_layer_output harness_layer_outputs[];

/* Both return the model's status as text, NULL for TINYC_OK. */
const char *harness_init(void);
const char *harness_invoke(void);
void *harness_input(uint32_t index);
const void *harness_output(uint32_t index);

/* Called with TINYC_PROFILE by the generated code around each layer. */
void tinyc_layer_begin(unsigned layer);
void tinyc_layer_end(unsigned layer);

/* Files of the host, in the emulator's working directory. */
#define HARNESS_INPUT "input.bin"       /* per sample: the bytes of all inputs */
#define HARNESS_OUTPUT "output.bin"     /* per sample: the bytes of all outputs */
#define HARNESS_LAYERS "layers.bin"     /* records: layer, output, bytes (uint32), then the bytes */
#define HARNESS_SEGMENTS "segments.bin" /* records: layer or HARNESS_INVOKE, ticks (uint32) */
#define HARNESS_RESULT "result.bin"     /* samples, high-water marks of the stack in init and invoke in bytes (uint32) */

#define HARNESS_INVOKE 0xFFFFFFFFu /* the whole of NAME_invoke; where layers are counted, the first record is an empty one */

/* What the counting plugin of the emulator looks for: counting is on between the two. */
#if defined(__riscv)
#define HARNESS_COUNT_START() __asm__ volatile("slti zero, zero, 1" ::: "memory")
#define HARNESS_COUNT_STOP() __asm__ volatile("slti zero, zero, 2" ::: "memory")
#else
#define HARNESS_COUNT_START() __asm__ volatile("mov r9, r9" ::: "memory")
#define HARNESS_COUNT_STOP() __asm__ volatile("mov r10, r10" ::: "memory")
#endif

/* Where layers are counted, the whole is not: segments do not nest. */
#ifdef TINYC_PROFILE
#define HARNESS_INVOKE_START() ((void)0)
#define HARNESS_INVOKE_STOP() ((void)0)
#else
#define HARNESS_INVOKE_START() HARNESS_COUNT_START()
#define HARNESS_INVOKE_STOP() HARNESS_COUNT_STOP()
#endif

/* Called after each inference, which has taken so many ticks. */
void harness_after_invoke(uint32_t ticks);

/* Opens what the harness's kind needs (harness_run.c, harness_layers.c, harness_calibrate.c). */
void harness_open(void);

/* Appends to HARNESS_SEGMENTS (harness_main.c). */
void harness_record(uint32_t segment, uint32_t ticks);

#endif
