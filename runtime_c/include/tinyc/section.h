/* Puts a constant into a section of its own, for linker scripts that give sections memory of their own. */
#ifndef TINYC_SECTION_H
#define TINYC_SECTION_H

#ifndef TINYC_SECTION /* define it to nothing, or to what the compiler takes, where this does not serve */
#if defined(__GNUC__) || defined(__clang__) || defined(__ICCARM__)
#define TINYC_SECTION(name) __attribute__((section(name)))
#else
#define TINYC_SECTION(name)
#endif
#endif

#endif
