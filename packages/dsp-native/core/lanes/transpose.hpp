// Transposes rows of samples, so that one sample of consecutive frames is one load.
#pragma once

/** An 8 x 8 block in registers: out row j holds element j of every input row. */
static inline void transposeBlock(const float* const* rows, size_t at, float* out, size_t stride) {
  typedef float Eight __attribute__((vector_size(32)));
  Eight a[8], b[8];
#pragma GCC unroll 8
  for (int r = 0; r < 8; ++r) memcpy(&a[r], rows[r] + at, sizeof a[r]);
#pragma GCC unroll 4
  for (int r = 0; r < 8; r += 2) {
    b[r] = __builtin_shufflevector(a[r], a[r + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    b[r + 1] = __builtin_shufflevector(a[r], a[r + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
#pragma GCC unroll 2
  for (int r = 0; r < 8; r += 4) {
#pragma GCC unroll 2
    for (int i = 0; i < 2; ++i) {
      const Eight x = b[r + i], y = b[r + i + 2];
      a[r + 2 * i] = __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13);
      a[r + 2 * i + 1] = __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j) {
    const Eight low = __builtin_shufflevector(a[j], a[j + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    memcpy(out + j * stride, &low, sizeof low);
  }
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j) {
    const Eight high = __builtin_shufflevector(a[j], a[j + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    memcpy(out + (j + 4) * stride, &high, sizeof high);
  }
}

/**
 * out[j * stride + r] = rows[r][j] for all `count` rows and j < length. Blocks of the last rows reach
 * up to 7 values into the next row of `out`, which is why the first rows come last; there must be
 * room for them after the end. `rows` has pointers up to the next multiple of 8.
 */
static void transpose(const float* const* rows, size_t count, size_t length, float* out,
                      size_t stride) {
  const size_t whole = length / 8 * 8;
  for (size_t r = (count - 1) / 8 * 8 + 8; r > 0; r -= 8) {
    const float* const* group = rows + r - 8;
    float* column = out + r - 8;
    for (size_t j = 0; j < whole; j += 8) transposeBlock(group, j, column + j * stride, stride);
    for (size_t j = whole; j < length; ++j) {
      for (size_t i = 0; i < 8; ++i) column[j * stride + i] = group[i][j];
    }
  }
}
