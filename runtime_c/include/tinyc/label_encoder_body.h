/* Body of tc_label_encode_*_ref: included by one file per format of keys, which defines TC_FUNCTION and TC_KEY. No include
 * guard on purpose.
 */

TC_KERNEL void TC_FUNCTION(const tc_label_encode *p, const TC_KEY *restrict x, const TC_KEY *restrict keys,
                           const void *restrict values, void *restrict y)
{
    const uint8_t *from = values;
    uint8_t *to = y;
    const size_t bytes = (size_t)p->value_bytes;
    for (int32_t i = 0; i < p->count; i++) {
        int32_t k = 0;
        while ((k < p->keys) && !TC_SAME(keys[k], x[i])) {
            k++;
        }
        (void)memcpy(&to[(size_t)i * bytes], &from[(size_t)k * bytes], bytes);
    }
}
