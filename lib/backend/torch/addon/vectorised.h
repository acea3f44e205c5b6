// For files of plain loops.
#pragma once

// One copy of each loop for each instruction set, chosen when the addon loads.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
#define VECTORISED __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VECTORISED
#endif
