/* Requantisation, products and quotients in words against their definitions: edges crossed with edges, then random
 * values. Writes to output.bin each operand triple that differs, then how many were compared. */
#include "tinyc/requant.h"

#include "port.h"

#define COUNT(array) ((int32_t)(sizeof(array) / sizeof(array)[0]))

typedef struct {
    int32_t zero_point;
    int32_t low;
    int32_t high;
} output;

static const output outputs[] = {{0, -128, 127},          {-128, -128, 127},        {127, -3, 40},
                                 {-32768, -32768, 32767}, {32767, -32768, 32767}, {-5, 0, 0}};
static const int32_t multipliers[] = {0,          1,          0x3FFFFFFF, 0x40000000, 0x40010000,
                                      0x5A82799A, 0x7FFEFFFF, 0x7FFF8000, INT32_MAX,  -1,
                                      -0x40008001, INT32_MIN};

static port_file file;
static int32_t compared = 0;

static int product_differs(int32_t acc, int32_t multiplier)
{
    const int64_t product = (int64_t)acc * multiplier;
    return (tc_high_of_halves(acc, multiplier) != (int32_t)(product >> 32)) ||
           (tc_multiply_high(acc, multiplier) != (int32_t)(product >> 32)) ||
           (tc_multiply_long(acc, multiplier) != product);
}

static int quotient_differs(uint32_t a, uint32_t b)
{
    const uint32_t divisor = b | 0x80000000u;
    const uint32_t dividend = (a < divisor) ? a : (divisor - 1u);
    return tc_quotient(dividend, divisor) != (uint32_t)(((uint64_t)dividend << 32) / divisor);
}

static void compare(int32_t acc, int32_t multiplier, int32_t shift, const output *o)
{
    const int32_t wanted = tc_requantize_plain(acc, multiplier, shift, o->zero_point, o->low, o->high);
    const int32_t words = tc_requantize_words(acc, multiplier, shift, o->zero_point, o->low, o->high);
    const int32_t chosen = tc_requantize(acc, multiplier, shift, o->zero_point, o->low, o->high);
    compared++;
    if ((words != wanted) || (chosen != wanted) || product_differs(acc, multiplier) ||
        quotient_differs((uint32_t)acc, (uint32_t)multiplier)) {
        const int32_t triple[3] = {acc, multiplier, shift};
        port_write(file, triple, sizeof triple);
    }
}

/* Every power of two, its neighbours and their negatives. */
static int32_t edge(int32_t index)
{
    const int64_t near = ((int64_t)1 << (index / 6)) + ((index % 3) - 1);
    const int64_t value = ((index % 6) < 3) ? -near : near;
    return (int32_t)((value > INT32_MAX) ? INT32_MAX : value);
}

static void compare_edges(int32_t acc)
{
    for (int32_t shift = 1; shift <= 62; shift++) {
        for (int32_t m = 0; m < COUNT(multipliers); m++) {
            for (int32_t i = 0; i < COUNT(outputs); i++) {
                compare(acc, multipliers[m], shift, &outputs[i]);
            }
        }
    }
}

/* Xorshift. */
static uint32_t next(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

int main(void)
{
    file = port_open("output.bin", PORT_WRITE);
    for (int32_t a = 0; a < (32 * 6); a += EDGE_STEP) {
        compare_edges(edge(a));
    }
    compare_edges(INT32_MIN);
    uint32_t state = 1u;
    for (int32_t i = 0; i < RANDOM_COUNT; i++) {
        const int32_t multiplier = (int32_t)(next(&state) >> 1) | 0x40000000;
        const uint32_t bits = next(&state);
        const int32_t acc = (int32_t)bits >> (next(&state) & 31u);
        compare(acc, multiplier, (int32_t)(1u + (next(&state) % 62u)), &outputs[next(&state) % 6u]);
    }
    port_write(file, &compared, sizeof compared);
    port_close(file);
    return 0;
}
