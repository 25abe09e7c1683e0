// The inline namespace that keeps units of different instruction sets apart.
#pragma once

// All of Strata lies in it. Users do not write it, but it is part of every symbol: units for which it has different names
// have functions of their own, and the linker can give none of them another's, with instructions that a machine lacks. It
// tells apart what is listed here: levels of x86-64 (v1 to v4 of its psABI) and sets of vector instructions, plain C++
// vectors, -ffast-math, GCC's -fassociative-math and -fno-exceptions, or a program's own function for errors
// (meta/raise.hpp). Other flags (-mbmi or -mavx512vnni added to a level, for instance) it does not.
#if defined(__AVX512F__) && defined(__AVX512CD__) && defined(__AVX512DQ__) && defined(__AVX512BW__) &&       \
    defined(__AVX512VL__)
#if defined(__AVX512FP16__)
#define STRATA_INSTRUCTIONS for_v4_fp16
#elif defined(__AVX512BF16__)
#define STRATA_INSTRUCTIONS for_v4_bf16
#elif defined(__AVX512VBMI2__)
#define STRATA_INSTRUCTIONS for_v4_vbmi2
#else
#define STRATA_INSTRUCTIONS for_v4
#endif
#elif defined(__AVX512F__)
#define STRATA_INSTRUCTIONS for_avx512f
#elif defined(__AVX2__) && defined(__FMA__) && defined(__BMI2__)
#define STRATA_INSTRUCTIONS for_v3
#elif defined(__AVX2__) && defined(__FMA__)
#define STRATA_INSTRUCTIONS for_avx2_fma
#elif defined(__AVX2__)
#define STRATA_INSTRUCTIONS for_avx2
#elif defined(__AVX__)
#define STRATA_INSTRUCTIONS for_avx
#elif defined(__SSE4_2__)
#define STRATA_INSTRUCTIONS for_v2
#elif defined(__SSE4_1__)
#define STRATA_INSTRUCTIONS for_sse4_1
#elif defined(__SSSE3__)
#define STRATA_INSTRUCTIONS for_ssse3
#elif defined(__SSE3__)
#define STRATA_INSTRUCTIONS for_sse3
#elif defined(__SSE2__)
#define STRATA_INSTRUCTIONS for_v1
#elif defined(__ARM_FEATURE_SVE)
#define STRATA_INSTRUCTIONS for_sve
#elif defined(__ARM_NEON)
#define STRATA_INSTRUCTIONS for_neon
#elif defined(__wasm_relaxed_simd__)
#define STRATA_INSTRUCTIONS for_wasm_relaxed_simd
#elif defined(__wasm_simd128__)
#define STRATA_INSTRUCTIONS for_wasm_simd128
#else
#define STRATA_INSTRUCTIONS for_generic
#endif
#if defined(STRATA_PORTABLE)
#define STRATA_VECTORS ::inline for_portable
#else
#define STRATA_VECTORS
#endif
#if defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
#define STRATA_MATH ::inline for_fast_math
#elif defined(__ASSOCIATIVE_MATH__) // GCC's, of a part of -ffast-math
#define STRATA_MATH ::inline for_associative_math
#else
#define STRATA_MATH
#endif
#if defined(STRATA_ERROR_HANDLER)
#define STRATA_ERRORS ::inline for_error_handler
#elif !defined(__cpp_exceptions)
#define STRATA_ERRORS ::inline for_no_exceptions
#else
#define STRATA_ERRORS
#endif

/// namespace strata::inline STRATA_TARGET { ... } is what every header has for namespace strata { ... }.
#define STRATA_TARGET STRATA_INSTRUCTIONS STRATA_VECTORS STRATA_MATH STRATA_ERRORS
