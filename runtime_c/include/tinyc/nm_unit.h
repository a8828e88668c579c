/* Units of nm.h for fixed n and m. No include guard on purpose: files that include it define TC_N and TC_M.
 *
 * TC_GROUP(i): the first input of the group of weight i of a unit; TC_PLACE(codes, i): its place there; TC_STEP: inputs of
 * a unit; TC_UNIT: its bytes.
 */
#undef TC_BITS
#undef TC_CODES
#undef TC_GROUP
#undef TC_PLACE
#undef TC_STEP
#undef TC_UNIT
#if TC_M == 4
#define TC_BITS 2
#define TC_CODES(unit) ((uint32_t)(uint8_t)(unit)[0])
#else
#define TC_BITS 4
#define TC_CODES(unit) ((uint32_t)(uint8_t)(unit)[0] | ((uint32_t)(uint8_t)(unit)[1] << 8))
#endif
#define TC_GROUP(i) (((i) / TC_N) * TC_M)
#define TC_PLACE(codes, i) (((codes) >> (TC_BITS * (i))) & (TC_M - 1u))
#define TC_STEP ((4 / TC_N) * TC_M)
#define TC_UNIT ((TC_BITS / 2) + 4)
