/* Body of every tc_reduce_* kernel of plain integers: included by one file per reduction and format, which defines
 * TC_FUNCTION, TC_ELEMENT, TC_START, `step(acc, value)` and `finish(acc, elements)`. No include guard on purpose.
 */

TC_KERNEL void TC_FUNCTION(const tc_reduce *p, const TC_ELEMENT *restrict x, TC_ELEMENT *restrict y)
{
    for (int32_t i = 0; i < p->outputs; i++) {
        int64_t acc = TC_START;
        for (int32_t outer = 0; outer < p->outer; outer++) {
            const TC_ELEMENT *run = &x[tc_reduce_start(p, i) + tc_reduce_run(p, outer)];
            for (int32_t j = 0; j < p->run; j++) {
                acc = step(acc, (int64_t)run[j * p->run_stride]);
            }
        }
        y[i] = (TC_ELEMENT)finish(acc, (int64_t)p->outer * p->run);
    }
}
