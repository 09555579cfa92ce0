/*
 * What all kernels share: vectors of four float32, and how they are exported.
 *
 * A file of kernels is compiled twice. With relaxed SIMD a multiply-add is one instruction, rounded once or twice as
 * the processor likes; without, it is two. Kernels have no variables of their own in memory, neither on a stack nor
 * static: the page lays out the whole memory and hands them addresses in it.
 */

#include <wasm_simd128.h>

/* A function that the page calls, by its own name. */
#define KERNEL(name) __attribute__((export_name(#name))) void name
#define KERNEL_OF(type, name) __attribute__((export_name(#name))) type name

/* Copied into each caller: what is constant there is constant in it. */
#define INLINE static inline __attribute__((always_inline))

/* Before a loop over an array of registers, as often as a constant says: an array that is left to memory needs a stack. */
#define UNROLLED _Pragma("clang loop unroll(full)")

#define LANES 4

typedef v128_t floats;

/* a * b + c */
INLINE floats multiply_add(floats a, floats b, floats c) {
#ifdef __wasm_relaxed_simd__
  return wasm_f32x4_relaxed_madd(a, b, c);
#else
  return wasm_f32x4_add(wasm_f32x4_mul(a, b), c);
#endif
}

/* c - a * b */
INLINE floats multiply_subtract(floats a, floats b, floats c) {
#ifdef __wasm_relaxed_simd__
  return wasm_f32x4_relaxed_nmadd(a, b, c);
#else
  return wasm_f32x4_sub(c, wasm_f32x4_mul(a, b));
#endif
}

INLINE floats at_least(floats x, float least) { return wasm_f32x4_max(x, wasm_f32x4_splat(least)); }
INLINE floats at_most(floats x, float most) { return wasm_f32x4_min(x, wasm_f32x4_splat(most)); }

/* exp(x): 2^n times a polynomial of what is left, |r| <= ln(2) / 2. Cephes' expf, good to a bit or two. */
INLINE floats exponential(floats x) {
  /* Beyond 87 in size exp leaves float32; what is farther out is taken for 87. */
  x = at_most(at_least(x, -87.0f), 87.0f);
  floats n = wasm_f32x4_nearest(wasm_f32x4_mul(x, wasm_f32x4_splat(1.44269504f)));
  /* ln(2) in two parts, so that nothing is lost when its multiple is taken away. */
  floats r = wasm_f32x4_sub(x, wasm_f32x4_mul(n, wasm_f32x4_splat(0.693359375f)));
  r = wasm_f32x4_sub(r, wasm_f32x4_mul(n, wasm_f32x4_splat(-2.1219444e-4f)));
  floats series = wasm_f32x4_splat(1.98756915e-4f);
  series = wasm_f32x4_add(wasm_f32x4_mul(series, r), wasm_f32x4_splat(1.3981999507e-3f));
  series = wasm_f32x4_add(wasm_f32x4_mul(series, r), wasm_f32x4_splat(8.3334519073e-3f));
  series = wasm_f32x4_add(wasm_f32x4_mul(series, r), wasm_f32x4_splat(4.1665795894e-2f));
  series = wasm_f32x4_add(wasm_f32x4_mul(series, r), wasm_f32x4_splat(1.6666665459e-1f));
  series = wasm_f32x4_add(wasm_f32x4_mul(series, r), wasm_f32x4_splat(5.0000001201e-1f));
  floats small = wasm_f32x4_add(wasm_f32x4_mul(wasm_f32x4_mul(series, r), r), r);
  v128_t exponent = wasm_i32x4_add(wasm_i32x4_trunc_sat_f32x4(n), wasm_i32x4_splat(127));
  return wasm_f32x4_mul(wasm_f32x4_add(small, wasm_f32x4_splat(1.0f)), wasm_i32x4_shl(exponent, 23));
}
