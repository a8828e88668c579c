/* A look between the layers: compile the model with TINYC_PROFILE and define the two functions. */
#ifndef TINYC_LAYER_HOOK_H
#define TINYC_LAYER_HOOK_H

#ifdef TINYC_PROFILE
void tinyc_layer_begin(unsigned layer);
void tinyc_layer_end(unsigned layer);
#define TINYC_LAYER_BEGIN(layer) tinyc_layer_begin(layer)
#define TINYC_LAYER_END(layer) tinyc_layer_end(layer)
/* Every layer is looked at, also those on the side of a branch that is not taken: their results are not read. */
#define TINYC_TAKEN(condition) ((condition) || (1 != 0))
#else
#define TINYC_LAYER_BEGIN(layer) ((void)0)
#define TINYC_LAYER_END(layer) ((void)0)
#define TINYC_TAKEN(condition) (condition)
#endif

#endif
