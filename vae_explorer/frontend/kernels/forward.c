/*
 * Networks: the loops of network/kernels.js, four numbers at a time.
 *
 * Sums are float32 here and double in kernels.js: results differ in the last bits of a float32, as those of torch do.
 */

#include "vectors.h"

/*
 * The sums of `blocks` times four outputs at `positions` positions, from its first block and position on; see Gather in
 * network/kernels.js. Eight sums, two vectors of weights and one of input leave some of the processor's sixteen vector
 * registers free: with twelve sums convolutions were a fifth slower.
 */
INLINE void gather_tile(int blocks, int positions, const float *weight, const float *bias, int depth, const int *offset,
                        const int *from, const int *to, int plane, const float *input, float *output) {
  const float *place[4];
  floats sum[4][4];
  UNROLLED
  for (int p = 0; p < positions; p++) {
    place[p] = input + from[p];
    UNROLLED
    for (int b = 0; b < blocks; b++) sum[b][p] = wasm_v128_load(bias + b * LANES);
  }
  for (int k = 0; k < depth; k++) {
    int at = offset[k];
    floats w[4];
    UNROLLED
    for (int b = 0; b < blocks; b++) w[b] = wasm_v128_load(weight + (b * depth + k) * LANES);
    UNROLLED
    for (int p = 0; p < positions; p++) {
      floats read = wasm_v128_load32_splat(place[p] + at);
      UNROLLED
      for (int b = 0; b < blocks; b++) sum[b][p] = multiply_add(w[b], read, sum[b][p]);
    }
  }
  UNROLLED
  for (int b = 0; b < blocks; b++) {
    UNROLLED
    for (int p = 0; p < positions; p++) {
      float *out = output + b * LANES * plane + to[p];
      wasm_v128_store32_lane(out, sum[b][p], 0);
      wasm_v128_store32_lane(out + plane, sum[b][p], 1);
      wasm_v128_store32_lane(out + 2 * plane, sum[b][p], 2);
      wasm_v128_store32_lane(out + 3 * plane, sum[b][p], 3);
    }
  }
}

/* `blocks` times four outputs at all positions, four of them at a time if `fours`. */
INLINE void gather_blocks(int blocks, const float *weight, const float *bias, int depth, const int *offset,
                          const int *from, const int *to, int positions, int plane, const float *input, float *output) {
  int p = 0;
  for (; blocks <= 2 && p + 4 <= positions; p += 4) {
    gather_tile(blocks, 4, weight, bias, depth, offset, from + p, to + p, plane, input, output);
  }
  for (; p < positions; p++) {
    gather_tile(blocks, 1, weight, bias, depth, offset, from + p, to + p, plane, input, output);
  }
}

/*
 * All outputs at all positions. `weight` is (fours, depth, 4) and `bias` (fours, 4): a last block of fewer than four
 * outputs has zeros for those that there are not, which are written, too, past the end of the others.
 */
KERNEL(gather)(const float *weight, const float *bias, int fours, int depth, const int *offset, const int *from,
               const int *to, int positions, int plane, const float *input, float *output) {
  while (fours > 0) {
    /* At the only position of a dense layer a sum waits for the one before, so there are more of them. */
    int blocks = positions < 4 && fours >= 4 ? 4 : fours >= 2 ? 2 : 1;
    if (blocks == 4) {
      gather_blocks(4, weight, bias, depth, offset, from, to, positions, plane, input, output);
    } else if (blocks == 2) {
      gather_blocks(2, weight, bias, depth, offset, from, to, positions, plane, input, output);
    } else {
      gather_blocks(1, weight, bias, depth, offset, from, to, positions, plane, input, output);
    }
    fours -= blocks;
    weight += blocks * depth * LANES;
    bias += blocks * LANES;
    output += blocks * LANES * plane;
  }
}

/* Activations, in place: whole vectors, so the last one may reach up to three numbers past the end. */

KERNEL(relu)(float *values, int count) {
  for (int i = 0; i < count; i += LANES) wasm_v128_store(values + i, at_least(wasm_v128_load(values + i), 0.0f));
}

KERNEL(silu)(float *values, int count) {
  for (int i = 0; i < count; i += LANES) {
    floats x = wasm_v128_load(values + i);
    floats power = exponential(wasm_f32x4_neg(x));
    wasm_v128_store(values + i, wasm_f32x4_div(x, wasm_f32x4_add(power, wasm_f32x4_splat(1.0f))));
  }
}

KERNEL(sigmoid)(float *values, int count) {
  floats one = wasm_f32x4_splat(1.0f);
  for (int i = 0; i < count; i += LANES) {
    floats power = exponential(wasm_f32x4_neg(wasm_v128_load(values + i)));
    wasm_v128_store(values + i, wasm_f32x4_div(one, wasm_f32x4_add(power, one)));
  }
}
