// The transform of a block of real frames: Fourier transforms of the columns of a matrix, then of its
// rows (Cooley and Tukey), then the split of packed real values. Only the matrix leaves the first
// cache; each pair of rows is visited while it is there.
#pragma once

/** Values from row to row: one more than needed, so that a column does not fall into one cache set. */
static inline size_t pitchOf(const Shape& shape) { return shape.columns + 1; }

static const size_t smallLimit = 256;

static inline size_t transformBytes(const Shape& shape) {
  return sizeof(Complex) * (shape.rows * pitchOf(shape) + 2 * shape.columns + smallLimit);
}

/** Windows the samples, transforms the columns and turns them: the first half of the transform. */
static void transformColumns(const Plan& plan, const float* samples, Complex* matrix,
                             Complex* temporary) {
  const size_t rows = plan.shape.rows, pitch = pitchOf(plan.shape);
  for (size_t b = 0; b < plan.shape.columns; ++b) {
    const uint32_t* offsets = plan.offsets + 2 * b * rows;
    const Scalar* window = plan.window + 2 * b * rows;
    const Scalar* twiddles = plan.twiddles + 2 * b * rows;
    smallFft(
        plan.columnFft, temporary,
        [&](size_t a) {
          return Complex{load(samples + offsets[2 * a]) * window[2 * a],
                         load(samples + offsets[2 * a + 1]) * window[2 * a + 1]};
        },
        [&](size_t k, Complex value) {
          matrix[k * pitch + b] = rotated(value, twiddles[2 * k], twiddles[2 * k + 1]);
        });
  }
}

static void transformRow(const Plan& plan, const Complex* in, Complex* out, Complex* temporary) {
  if (plan.kissfft) {
    kiss_fft(plan.kissfft, in, out);
  } else {
    smallFft(plan.rowFft, temporary, [&](size_t n) { return in[n]; },
             [&](size_t m, Complex value) { out[m] = value; });
  }
}

/** Calls visit(bin, re, im) once for every bin 0 ... fftSize / 2, in no particular order. */
template <typename Visit>
static inline void transform(const Plan& plan, const Block& block, Visit visit) {
  const Shape shape = plan.shape;
  const size_t rows = shape.rows, columns = shape.columns, pitch = pitchOf(shape);
  Complex* matrix = static_cast<Complex*>(block.scratch);
  Complex* row = matrix + rows * pitch;
  Complex* mirror = row + columns;
  Complex* temporary = mirror + columns;
  transformColumns(plan, block.samples, matrix, temporary);

  // Bins `bin` and half - bin of the real signal from the same two of the packed one.
  const auto split = [&](size_t bin, Complex a, Complex b, auto visitMirror)
                         __attribute__((always_inline)) {
    const Lanes sumR = a.r + b.r, sumI = a.i - b.i, differenceR = a.r - b.r, differenceI = a.i + b.i;
    const Scalar wr = plan.split[2 * bin], wi = plan.split[2 * bin + 1];
    const Lanes oddR = differenceR * wr - differenceI * wi;
    const Lanes oddI = differenceR * wi + differenceI * wr;
    visit(bin, sumR + oddR, sumI + oddI);
    visitMirror(shape.half - bin, sumR - oddR, oddI - sumI);
  };
  const auto nothing = [](size_t, Lanes, Lanes) {};

  // Bin k + rows m lies in row k at m; its mirror image half - bin in row rows - k.
  transformRow(plan, matrix, row, temporary);
  const Lanes zero(0.0);
  visit(size_t{0}, (row[0].r + row[0].i) * Scalar(2), zero);
  visit(shape.half, (row[0].r - row[0].i) * Scalar(2), zero);
  for (size_t m = 1; 2 * m < columns; ++m) split(rows * m, row[m], row[columns - m], visit);
  if (columns % 2 == 0) split(shape.half / 2, row[columns / 2], row[columns / 2], nothing);
  for (size_t k = 1; 2 * k < rows; ++k) {
    transformRow(plan, matrix + k * pitch, row, temporary);
    transformRow(plan, matrix + (rows - k) * pitch, mirror, temporary);
    for (size_t m = 0; m < columns; ++m) split(k + rows * m, row[m], mirror[columns - 1 - m], visit);
  }
  if (rows % 2 == 0) {
    const size_t k = rows / 2;
    transformRow(plan, matrix + k * pitch, row, temporary);
    for (size_t m = 0; 2 * m + 1 < columns; ++m) {
      split(k + rows * m, row[m], row[columns - 1 - m], visit);
    }
    if (columns % 2 == 1) split(shape.half / 2, row[columns / 2], row[columns / 2], nothing);
  }
}
