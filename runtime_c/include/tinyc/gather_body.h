/* Body of tc_gather_i32_ref and tc_gather_i64_ref, which define TC_FUNCTION and TC_INDEX. No include guard on purpose. */

/* Negative indices count from the end; what is outside even so becomes the nearest index inside. */
static size_t place(TC_INDEX index, int32_t length)
{
    const TC_INDEX counted = (index < 0) ? (index + length) : index;
    const TC_INDEX raised = (counted < 0) ? 0 : counted;
    return (size_t)((raised < length) ? raised : (length - 1));
}

TC_KERNEL void TC_FUNCTION(const tc_gather *p, const void *restrict x, const TC_INDEX *restrict indices,
                           void *restrict y)
{
    const size_t block = (size_t)p->block_bytes;
    const uint8_t *from = x;
    uint8_t *to = y;
    for (int32_t outer = 0; outer < p->outer; outer++) {
        for (int32_t i = 0; i < p->indices; i++) {
            (void)memcpy(to, &from[place(indices[i], p->length) * block], block);
            to += block;
        }
        from += (size_t)p->length * block;
    }
}
