/*
 * Training: the kernels of training/plain_kernels.js, four numbers at a time; that file says what each of them does.
 *
 * Sums are float32 here and double there: results differ in the last bits of a float32, as those of torch do. Where a
 * comment does not say otherwise, whole vectors are written: up to three numbers past the end.
 */

#include "vectors.h"

/* A tile of the product. Its sums, a row of b and one number of a have to fit into sixteen vector registers. */
#define TILE_ROWS 4
#define TILE_VECTORS 2
#define TILE_COLUMNS (TILE_VECTORS * LANES)

INLINE int least(int a, int b) { return a < b ? a : b; }

/* The first `count` numbers of a vector: 1 to 4. */
INLINE void store_first(float *to, floats values, int count) {
  wasm_v128_store32_lane(to, values, 0);
  if (count > 1) wasm_v128_store32_lane(to + 1, values, 1);
  if (count > 2) wasm_v128_store32_lane(to + 2, values, 2);
  if (count > 3) wasm_v128_store32_lane(to + 3, values, 3);
}

INLINE floats load_first(const float *from, int count) {
  floats values = wasm_v128_load32_zero(from);
  if (count > 1) values = wasm_v128_load32_lane(from + 1, values, 1);
  if (count > 2) values = wasm_v128_load32_lane(from + 2, values, 2);
  if (count > 3) values = wasm_v128_load32_lane(from + 3, values, 3);
  return values;
}

/*
 * Copies lines of a matrix into panels of `width` lines each, (panels, depth, width), so that a tile reads its numbers
 * one behind the other. The last panel is filled up with its last line, whose products nobody stores: like that nothing
 * is read that is not there.
 *
 * `along`: the numbers of a line lie one behind the other, `apart` from those of the next; else the lines' first numbers
 * do, and then their second ones.
 */
INLINE void pack(int width, const float *from, int along, int apart, int lines, int depth, float *to) {
  for (int line = 0; line < lines; line += width, to += depth * width) {
    int here = least(width, lines - line);
    if (along) {
      for (int w = 0; w < width; w += LANES) {
        const float *r[LANES];
        UNROLLED
        for (int i = 0; i < LANES; i++) r[i] = from + (line + least(w + i, here - 1)) * apart;
        float *out = to + w;
        int s = 0;
        for (; s + LANES <= depth; s += LANES, out += LANES * width) {
          floats a = wasm_v128_load(r[0] + s), b = wasm_v128_load(r[1] + s);
          floats c = wasm_v128_load(r[2] + s), d = wasm_v128_load(r[3] + s);
          floats ab = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), ab2 = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7);
          floats cd = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5), cd2 = wasm_i32x4_shuffle(c, d, 2, 6, 3, 7);
          wasm_v128_store(out, wasm_i64x2_shuffle(ab, cd, 0, 2));
          wasm_v128_store(out + width, wasm_i64x2_shuffle(ab, cd, 1, 3));
          wasm_v128_store(out + 2 * width, wasm_i64x2_shuffle(ab2, cd2, 0, 2));
          wasm_v128_store(out + 3 * width, wasm_i64x2_shuffle(ab2, cd2, 1, 3));
        }
        for (; s < depth; s++, out += width) {
          UNROLLED
          for (int i = 0; i < LANES; i++) out[i] = r[i][s];
        }
      }
    } else {
      const float *in = from + line;
      float *out = to;
      if (here == width) {
        for (int s = 0; s < depth; s++, in += apart, out += width) {
          UNROLLED
          for (int w = 0; w < width; w += LANES) wasm_v128_store(out + w, wasm_v128_load(in + w));
        }
      } else {
        for (int s = 0; s < depth; s++, in += apart, out += width) {
          for (int w = 0; w < width; w++) out[w] = in[least(w, here - 1)];
        }
      }
    }
  }
}

/* One tile of c from a panel of a and one of b: all of it, or its first `rows` and `columns`. */
INLINE void tile(int depth, const float *a, const float *b, float *c, int n, int more, int rows, int columns) {
  floats sum[TILE_ROWS][TILE_VECTORS];
  UNROLLED
  for (int i = 0; i < TILE_ROWS; i++) {
    UNROLLED
    for (int v = 0; v < TILE_VECTORS; v++) sum[i][v] = wasm_f32x4_splat(0.0f);
  }
  for (int s = 0; s < depth; s++, a += TILE_ROWS, b += TILE_COLUMNS) {
    floats row[TILE_VECTORS];
    UNROLLED
    for (int v = 0; v < TILE_VECTORS; v++) row[v] = wasm_v128_load(b + v * LANES);
    UNROLLED
    for (int i = 0; i < TILE_ROWS; i++) {
      floats one = wasm_v128_load32_splat(a + i);
      UNROLLED
      for (int v = 0; v < TILE_VECTORS; v++) sum[i][v] = multiply_add(one, row[v], sum[i][v]);
    }
  }
  UNROLLED
  for (int i = 0; i < TILE_ROWS; i++) {
    UNROLLED
    for (int v = 0; v < TILE_VECTORS && i < rows; v++) {
      float *at = c + i * n + v * LANES;
      int left = columns - v * LANES;
      if (left >= LANES) {
        wasm_v128_store(at, more ? wasm_f32x4_add(wasm_v128_load(at), sum[i][v]) : sum[i][v]);
      } else if (left > 0) {
        store_first(at, more ? wasm_f32x4_add(load_first(at, left), sum[i][v]) : sum[i][v], left);
      }
    }
  }
}

/*
 * c (m, n) = a (m, k) times b (k, n), in blocks of at most `most_depth` of k and `most_rows` of m, whose panels fit into
 * the caches: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008. If `a_turned`, a is stored
 * as (k, m); if `b_turned`, b as (n, k).
 *
 * `scratch` has room for most_depth * (n + most_rows + 32) numbers. Nothing is written past the end of c.
 */
KERNEL(product)(int m, int n, int k, const float *a, int a_turned, const float *b, int b_turned, float *c,
                float *scratch, int most_depth, int most_rows) {
  float *panels = scratch + most_depth * (n + TILE_COLUMNS);
  for (int start = 0; start < k; start += most_depth) {
    int depth = least(most_depth, k - start);
    pack(TILE_COLUMNS, b + (b_turned ? start : start * n), b_turned, b_turned ? k : n, n, depth, scratch);
    for (int top = 0; top < m; top += most_rows) {
      int rows = least(most_rows, m - top);
      const float *from = a + (a_turned ? start * m + top : top * k + start);
      pack(TILE_ROWS, from, !a_turned, a_turned ? m : k, rows, depth, panels);
      for (int j = 0; j < n; j += TILE_COLUMNS) {
        for (int i = 0; i < rows; i += TILE_ROWS) {
          tile(depth, panels + i * depth, scratch + j * depth, c + (top + i) * n + j, n, start > 0, rows - i, n - j);
        }
      }
    }
  }
}

/* Nothing is written past the end. */
KERNEL(addBias)(float *values, const float *bias, int rows, int columns) {
  for (int i = 0; i < rows; i++, values += columns) {
    int j = 0;
    for (; j + LANES <= columns; j += LANES) {
      wasm_v128_store(values + j, wasm_f32x4_add(wasm_v128_load(values + j), wasm_v128_load(bias + j)));
    }
    for (; j < columns; j++) values[j] += bias[j];
  }
}

KERNEL(relu)(float *values, int count) {
  for (int i = 0; i < count; i += LANES) wasm_v128_store(values + i, at_least(wasm_v128_load(values + i), 0.0f));
}

KERNEL(reluBackward)(float *gradient, const float *activated, int count) {
  for (int i = 0; i < count; i += LANES) {
    floats passed = wasm_f32x4_gt(wasm_v128_load(activated + i), wasm_f32x4_splat(0.0f));
    wasm_v128_store(gradient + i, wasm_v128_and(wasm_v128_load(gradient + i), passed));
  }
}

/* Nothing is written past the end. */
KERNEL(columnSums)(const float *values, float *sums, int rows, int columns) {
  int j = 0;
  for (; j + LANES <= columns; j += LANES) {
    floats sum = wasm_f32x4_splat(0.0f);
    for (int i = 0; i < rows; i++) sum = wasm_f32x4_add(sum, wasm_v128_load(values + i * columns + j));
    wasm_v128_store(sums + j, sum);
  }
  for (; j < columns; j++) {
    float sum = 0.0f;
    for (int i = 0; i < rows; i++) sum += values[i * columns + j];
    sums[j] = sum;
  }
}

/* exp(-|x|): at most 1. */
INLINE floats exponential_of_minus_size(floats x) { return exponential(wasm_f32x4_neg(wasm_f32x4_abs(x))); }

/* 1 / (1 + exp(-x)), given exp(-|x|). */
INLINE floats sigmoid_of(floats x, floats small) {
  floats one = wasm_f32x4_splat(1.0f);
  floats above = wasm_v128_bitselect(small, one, wasm_f32x4_lt(x, wasm_f32x4_splat(0.0f)));
  return wasm_f32x4_div(above, wasm_f32x4_add(one, small));
}

KERNEL(sigmoid)(float *values, int count) {
  for (int i = 0; i < count; i += LANES) {
    floats x = wasm_v128_load(values + i);
    wasm_v128_store(values + i, sigmoid_of(x, exponential_of_minus_size(x)));
  }
}

/* log(1 + x) for x in 0…1: 2 artanh(x / (2 + x)), whose series has in its eighth term what is left of a float32. */
INLINE floats log_of_one_plus(floats x) {
  floats s = wasm_f32x4_div(x, wasm_f32x4_add(x, wasm_f32x4_splat(2.0f)));
  floats square = wasm_f32x4_mul(s, s);
  floats series = wasm_f32x4_splat(1.0f / 15.0f);
  UNROLLED
  for (int power = 13; power >= 1; power -= 2) {
    series = multiply_add(series, square, wasm_f32x4_splat(1.0f / (float)power));
  }
  return wasm_f32x4_mul(wasm_f32x4_add(s, s), series);
}

/* Two double sums, of which each vector adds to both: float32 would lose digits in a sum of so many. */
INLINE v128_t add_to(v128_t sums, floats values) {
  v128_t high = wasm_f64x2_promote_low_f32x4(wasm_i64x2_shuffle(values, values, 1, 0));
  return wasm_f64x2_add(sums, wasm_f64x2_add(wasm_f64x2_promote_low_f32x4(values), high));
}

INLINE double total_of(v128_t sums) { return wasm_f64x2_extract_lane(sums, 0) + wasm_f64x2_extract_lane(sums, 1); }

/* `count` is a multiple of four, as all images are. */
KERNEL_OF(double, bce)(float *logits, const float *images, int count, float scale) {
  v128_t sums = wasm_f64x2_splat(0.0);
  for (int i = 0; i < count; i += LANES) {
    floats l = wasm_v128_load(logits + i), x = wasm_v128_load(images + i);
    floats small = exponential_of_minus_size(l);
    floats linear = wasm_f32x4_sub(at_least(l, 0.0f), wasm_f32x4_mul(l, x));
    sums = add_to(sums, wasm_f32x4_add(linear, log_of_one_plus(small)));
    floats slope = wasm_f32x4_sub(sigmoid_of(l, small), x);
    wasm_v128_store(logits + i, wasm_f32x4_mul(slope, wasm_f32x4_splat(scale)));
  }
  return total_of(sums);
}

/* The standard deviation of the Gaussian is 0.1, and its constant log(0.1 sqrt(2 pi)), as in elbo.js. */
KERNEL_OF(double, mse)(float *logits, const float *images, int count, float scale) {
  v128_t squares = wasm_f64x2_splat(0.0);
  for (int i = 0; i < count; i += LANES) {
    floats l = wasm_v128_load(logits + i);
    floats small = exponential_of_minus_size(l);
    floats off = wasm_f32x4_sub(sigmoid_of(l, small), wasm_v128_load(images + i));
    squares = add_to(squares, wasm_f32x4_mul(off, off));
    /* p (1 - p), without the difference that would leave nothing of it at either end. */
    floats below = wasm_f32x4_add(small, wasm_f32x4_splat(1.0f));
    floats spread = wasm_f32x4_div(small, wasm_f32x4_mul(below, below));
    wasm_v128_store(logits + i, wasm_f32x4_mul(wasm_f32x4_mul(off, spread), wasm_f32x4_splat(100.0f * scale)));
  }
  return 50.0 * total_of(squares) + (double)count * -1.383646559789373;
}

/* With 1 - BETA1, 1 - BETA2 and EPSILON as in plain_kernels.js. */
KERNEL(adam)(float *weights, const float *gradients, float *first, float *second, int count, float step_size,
             float second_scale) {
  for (int i = 0; i < count; i += LANES) {
    floats g = wasm_v128_load(gradients + i), m = wasm_v128_load(first + i), v = wasm_v128_load(second + i);
    m = wasm_f32x4_add(m, wasm_f32x4_mul(wasm_f32x4_sub(g, m), wasm_f32x4_splat(0.1f)));
    v = wasm_f32x4_add(v, wasm_f32x4_mul(wasm_f32x4_sub(wasm_f32x4_mul(g, g), v), wasm_f32x4_splat(0.001f)));
    floats root = wasm_f32x4_mul(wasm_f32x4_sqrt(v), wasm_f32x4_splat(second_scale));
    floats step = wasm_f32x4_div(wasm_f32x4_mul(m, wasm_f32x4_splat(step_size)),
                                 wasm_f32x4_add(root, wasm_f32x4_splat(1e-8f)));
    wasm_v128_store(first + i, m);
    wasm_v128_store(second + i, v);
    wasm_v128_store(weights + i, wasm_f32x4_sub(wasm_v128_load(weights + i), step));
  }
}

/* A square times 0 is 0, except for infinities and NaN. Up to three numbers past the end count, too. */
KERNEL_OF(int, squaresFinite)(const float *values, int count) {
  floats sum = wasm_f32x4_splat(0.0f);
  for (int i = 0; i < count; i += LANES) {
    floats v = wasm_v128_load(values + i);
    sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_f32x4_mul(v, v), wasm_f32x4_splat(0.0f)));
  }
  return wasm_v128_any_true(wasm_f32x4_ne(sum, sum)) ? 0 : 1;
}
