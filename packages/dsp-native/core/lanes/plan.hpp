// Tables of one transform. They hold scalars, in the order in which the transform reads them.
#pragma once

/** fftSize / 2 complex points as a matrix: columns of `rows` points, then rows of `columns` points. */
struct Shape {
  size_t half, rows, columns;
};

struct Plan {
  Shape shape;
  SmallFft columnFft;
  SmallFft rowFft;      // first == 0: by kissfft
  kiss_fft_cfg kissfft;
  uint32_t* offsets;    // of sample 2 (a columns + b) and the next, at [b][a][2]
  Scalar* window;       // likewise, already times 1/2 (the real split's factor)
  Scalar* twiddles;     // exp(-2 pi i b k / half) at [b][k][2]
  Scalar* split;        // -i exp(-2 pi i bin / fftSize) at [bin][2], bin <= half
};

static const size_t radices[] = {1, 2, 3, 4, 5, 8, 16};

/** Sets first and second so that a transform of `size` is the fewest passes; false: not small. */
static bool smallFactors(size_t size, SmallFft& fft) {
  for (size_t first : radices) {
    if (size % first != 0) continue;
    for (size_t second : radices) {
      if (first * second == size && first <= second) {
        fft.first = first;
        fft.second = second;
        return true;
      }
    }
  }
  return false;
}

/** Passes over memory of a transform of `size`; more for kissfft, fewest for a single butterfly. */
static size_t passes(size_t size) {
  SmallFft fft;
  return !smallFactors(size, fft) ? 16 : fft.first == 1 ? 1 : 2;
}

/** The split with the fewest passes, and of those the squarest, with small columns. */
static Shape shapeOf(size_t fftSize) {
  const size_t half = fftSize / 2;
  Shape best = {half, 1, half};
  size_t lowest = SIZE_MAX;
  for (size_t rows = 1; rows <= half && rows <= 256; ++rows) {
    const size_t columns = half / rows;
    if (half % rows != 0 || passes(rows) > 2) continue;
    const size_t distance = rows > columns ? rows - columns : columns - rows;
    const size_t cost = (passes(rows) + passes(columns)) * (half + 1) + distance;
    if (cost < lowest) {
      lowest = cost;
      best.rows = rows;
      best.columns = columns;
    }
  }
  return best;
}

/** Hands out pieces of memory, or only counts them if there is none. */
struct Arena {
  char* memory;
  size_t used;
};

template <typename Value>
static Value* take(Arena& arena, size_t count) {
  const size_t start = arena.used;
  arena.used += (count * sizeof(Value) + 63) / 64 * 64;
  return arena.memory ? reinterpret_cast<Value*>(arena.memory + start) : NULL;
}

/** Writes (cos, sin) of -2 pi (turns / whole), which is exact for multiples of a whole turn. */
static void unitRoot(Scalar* out, size_t turns, size_t whole) {
  const double phase = -2 * 3.14159265358979323846 * (turns % whole) / whole;
  out[0] = static_cast<Scalar>(cos(phase));
  out[1] = static_cast<Scalar>(sin(phase));
}

static void makeSmall(Arena& arena, SmallFft& fft) {
  fft.twiddles = take<Scalar>(arena, 2 * fft.first * fft.second);
  if (!fft.twiddles) return;
  for (size_t k = 0; k < fft.first; ++k) {
    for (size_t q = 0; q < fft.second; ++q) {
      unitRoot(fft.twiddles + 2 * (k * fft.second + q), k * q, fft.first * fft.second);
    }
  }
}

static void fillTables(Plan& plan, const PlanSettings& settings) {
  const Shape& shape = plan.shape;
  size_t at = 0;
  for (size_t b = 0; b < shape.columns; ++b) {
    for (size_t a = 0; a < shape.rows; ++a, at += 2) {
      unitRoot(plan.twiddles + at, a * b, shape.half);
      for (size_t part = 0; part < 2; ++part) {
        const size_t sample = 2 * (a * shape.columns + b) + part;
        plan.window[at + part] = static_cast<Scalar>(settings.window[sample] / 2);
        plan.offsets[at + part] = static_cast<uint32_t>(
            sample % settings.hopLength * settings.stride + sample / settings.hopLength);
      }
    }
  }
  // -i is a quarter of a turn.
  for (size_t bin = 0; bin <= shape.half; ++bin) {
    unitRoot(plan.split + 2 * bin, 2 * bin + shape.half, 4 * shape.half);
  }
}

static size_t makePlan(void* memory, const PlanSettings& settings) {
  Arena arena = {static_cast<char*>(memory), 0};
  Plan measured;
  Plan* made = take<Plan>(arena, 1);
  Plan& plan = made ? *made : measured;
  plan.shape = shapeOf(settings.fftSize);
  const size_t columns = plan.shape.columns;
  smallFactors(plan.shape.rows, plan.columnFft);
  makeSmall(arena, plan.columnFft);
  plan.kissfft = NULL;
  if (smallFactors(columns, plan.rowFft)) {
    makeSmall(arena, plan.rowFft);
  } else {
    size_t bytes = 0;
    kiss_fft_alloc(static_cast<int>(columns), 0, NULL, &bytes);
    char* place = take<char>(arena, bytes);
    if (place) plan.kissfft = kiss_fft_alloc(static_cast<int>(columns), 0, place, &bytes);
  }
  plan.offsets = take<uint32_t>(arena, settings.fftSize);
  plan.window = take<Scalar>(arena, settings.fftSize);
  plan.twiddles = take<Scalar>(arena, settings.fftSize);
  plan.split = take<Scalar>(arena, settings.fftSize + 2);
  if (made) fillTables(plan, settings);
  return arena.used;
}
