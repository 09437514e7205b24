import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { seededRandom } from '@consonance/statistics';
import {
  als,
  bpr,
  coldStartSwitch,
  createInteractions,
  evaluate,
  holdOutRandom,
  hybrid,
  type Interactions,
  itemNeighbours,
  mapValues,
  meanMetrics,
  popularity,
  random,
  rankScores,
  type Recommender,
  userNeighbours,
  zScores,
} from '../../src/index.ts';
import { sourceHash } from '../../src/kernel-code.ts';
import { whitening } from '../../src/collaborative/linear.ts';
import { clusteredListens } from './clusters.ts';

const close = (actual: number, expected: number, tolerance = 1e-4) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);

/** Four listeners, three items; items 0 and 1 share two listeners. */
const tiny = createInteractions({
  users: 4,
  items: 3,
  userRows: [0, 0, 1, 1, 2, 3],
  itemRows: [0, 1, 0, 1, 2, 0],
  counts: [1, 2, 2, 1, 3, 4],
});

describe('on clustered data', () => {
  const { interactions } = clusteredListens();
  const split = holdOutRandom(mapValues(interactions, Math.log1p), 0.25, seededRandom(3));
  const ndcg = (build: (train: Interactions) => Recommender): number =>
    meanMetrics(evaluate(build(split.train), split, { k: 10, seed: 1 }).slices.all!)!.ndcg;
  const floor = ndcg((train) => random(train.items));
  const popular = ndcg(popularity);

  test('popularity beats chance', () => assert.ok(popular > 1.3 * floor, `${popular} ${floor}`));

  for (const [name, build] of Object.entries<(train: Interactions) => Recommender>({
    'item-kNN': itemNeighbours,
    'item-kNN with BM25': (train) => itemNeighbours(train, { weighting: 'bm25' }),
    'user-kNN': userNeighbours,
    ALS: (train) => als(train, { factors: 16, regularization: 1 }),
    BPR: (train) => bpr(train, { factors: 16, iterations: 60, learningRate: 0.05 }),
  })) {
    test(`${name} clearly beats popularity`, () => {
      const value = ndcg(build);
      assert.ok(value > 2 * popular, `${value} against ${popular}`);
    });
  }

  test('ALS gets better with training and repeats with its seed', () => {
    const after = (iterations: number) =>
      ndcg((train) => als(train, { factors: 16, regularization: 1, iterations }));
    assert.ok(after(10) > after(1));
    const scores = (seed: number) =>
      als(split.train, { factors: 16, seed, iterations: 2 }).score({ rows: [1, 2] });
    assert.deepEqual(scores(5), scores(5));
    assert.notDeepEqual(scores(5), scores(6));
  });
});

describe('neighbours', () => {
  test('item-kNN scores are sums of weight * cosine', () => {
    // Columns: item 0 (1, 2, 0, 4), item 1 (2, 1, 0, 0), item 2 (0, 0, 3, 0).
    const cosine = 4 / (Math.sqrt(21) * Math.sqrt(5));
    const scores = itemNeighbours(tiny).score({ rows: [0], weights: [2] });
    close(scores[1]!, 2 * cosine);
    assert.equal(scores[2], 0);
  });

  test('item-kNN keeps only the nearest', () => {
    const { interactions } = clusteredListens({ users: 60, items: 40, clusters: 4 });
    const all = itemNeighbours(interactions, { neighbours: 40 }).score({ rows: [0] });
    const three = itemNeighbours(interactions, { neighbours: 3 }).score({ rows: [0] });
    const kept = [...three.keys()].filter((row) => three[row]! > 0);
    assert.equal(kept.length, 3);
    const best = [...all.keys()].sort((a, b) => all[b]! - all[a]!).slice(0, 3);
    assert.deepEqual(
      kept,
      best.sort((a, b) => a - b),
    );
  });

  test('user-kNN scores are sums of similarity * value of unit users', () => {
    const scores = userNeighbours(tiny, { neighbours: 1 }).score({ rows: [1] });
    // Nearest to a listener of item 1 alone is user 0: (1, 2) / sqrt(5).
    close(scores[0]!, (2 / Math.sqrt(5)) * (1 / Math.sqrt(5)));
    close(scores[1]!, (2 / Math.sqrt(5)) ** 2);
    assert.equal(scores[2], 0);
  });

  test('refuse bad options and misspelt ones', () => {
    assert.throws(() => itemNeighbours(tiny, { neighbours: 0 }), /for neighbours but received 0/);
    assert.throws(() => itemNeighbours(tiny, { weighting: 'tfidf' as 'bm25' }), /cosine or bm25/);
    assert.throws(() => userNeighbours(tiny, { neighbour: 3 } as object), /neighbour/);
  });
});

describe('ALS', () => {
  test('the kernel was built from its source', () => {
    const source = readFileSync(new URL('../../wasm/kernel.ts', import.meta.url));
    assert.equal(createHash('sha256').update(source).digest('hex'), sourceHash);
  });

  test('whitening turns a matrix into the identity', () => {
    const matrix = [4, 2, 1, 2, 5, 3, 1, 3, 6];
    const w = whitening(matrix, 3);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        let sum = 0;
        for (let k = 0; k < 3; k++) {
          for (let l = 0; l < 3; l++) sum += w[i * 3 + k]! * matrix[k * 3 + l]! * w[j * 3 + l]!;
        }
        close(sum, i === j ? 1 : 0, 1e-12);
      }
    }
  });

  test('with exact solves it finds what plain double-precision ALS finds', () => {
    const { interactions } = clusteredListens({ users: 20, items: 12, clusters: 3, plays: 6 });
    const options = { factors: 4, regularization: 0.5, alpha: 2, iterations: 3, seed: 4 };
    const profile = { rows: [0, 3, 7], weights: [1, 5, 2] };
    const actual = als(interactions, { ...options, steps: 50 }).score(profile);
    const expected = plainAls(interactions, options, profile);
    expected.forEach((score, row) => close(actual[row]!, score, 2e-3));
  });

  test('factors that are no multiple of 4 work', () => {
    assert.equal(als(tiny, { factors: 3 }).score({ rows: [0] }).length, 3);
  });

  test('refuses bad options', () => {
    assert.throws(() => als(tiny, { factors: 0 }), /positive integer for factors but received 0/);
    assert.throws(() => als(tiny, { regularization: 0 }), /above 0 for regularization/);
    assert.throws(() => als(tiny, { alpha: NaN }), /above 0 for alpha but received NaN/);
    assert.throws(() => als(tiny, { factor: 8 } as object), /factor/);
    assert.throws(() => als(tiny, { factors: 1e6 }), /at most 4 GiB for the memory of the kernel/);
  });
});

test('BPR refuses bad options', () => {
  assert.throws(() => bpr(tiny, { learningRate: 0 }), /above 0 for learningRate/);
  assert.throws(() => bpr(tiny, { regularization: -1 }), /at least 0 for regularization/);
});

describe('hybrids', () => {
  const fixed = (name: string, scores: number[]): Recommender => ({
    name,
    size: scores.length,
    score: () => Float32Array.from(scores),
  });

  test('z-scores have mean 0 and deviation 1, and equal scores give 0', () => {
    assert.deepEqual([...zScores(Float32Array.of(1, 3))], [-1, 1]);
    assert.deepEqual([...zScores(Float32Array.of(2, 2, 2))], [0, 0, 0]);
  });

  test('rank scores are the share of lower scores, ties in the middle', () => {
    assert.deepEqual([...rankScores(Float32Array.of(10, -5, 7))], [1, 0, 0.5]);
    assert.deepEqual([...rankScores(Float32Array.of(4, 4, 4))], [0.5, 0.5, 0.5]);
    assert.deepEqual([...rankScores(Float32Array.of(9))], [0.5]);
  });

  test('a share of 0 or 1 is one recommender alone, between them the sum', () => {
    const [a, b] = [fixed('a', [0, 2]), fixed('b', [100, 0])];
    const scores = (share: number) => [...hybrid(a, b, { share }).score({ rows: [0] })];
    assert.deepEqual(scores(0), [-1, 1]);
    assert.deepEqual(scores(1), [1, -1]);
    assert.deepEqual(scores(0.5), [0, 0]);
    assert.throws(() => hybrid(a, b, { share: 2 }), /share but received 2/);
    assert.throws(() => hybrid(a, fixed('c', [1])), /2 items for c but received 1/);
  });

  test('an item that must not be recommended stays so', () => {
    const barred = fixed('barred', [-Infinity, 1, 3]);
    for (const normalise of [zScores, rankScores]) {
      for (const share of [0, 0.5]) {
        const scores = hybrid(barred, fixed('b', [9, 1, 2]), { share, normalise }).score({
          rows: [1],
        });
        assert.equal(scores[0], -Infinity);
        assert.ok(scores[2]! > scores[1]!);
      }
    }
  });

  test('the switch asks content only for items without listeners', () => {
    const listens = createInteractions({
      users: 1,
      items: 4,
      userRows: [0, 0],
      itemRows: [0, 1],
      counts: [1, 1],
    });
    const scores = coldStartSwitch(
      fixed('cf', [5, 7, 1000, 2000]),
      fixed('content', [1000, 2000, 3, 1]),
      listens,
    ).score({ rows: [0] });
    assert.deepEqual([...scores], [-1, 1, 1, -1]);
  });
});

/** ALS from its definition, with Gaussian elimination in double precision and the same start. */
function plainAls(
  interactions: Interactions,
  options: {
    factors: number;
    regularization: number;
    alpha: number;
    iterations: number;
    seed: number;
  },
  profile: { rows: number[]; weights: number[] },
): number[] {
  const { factors, regularization, alpha, iterations, seed } = options;
  const uniform = seededRandom(seed);
  const vectors = (count: number) =>
    Array.from({ length: count }, () => Array.from({ length: factors }, () => uniform() * 0.01));
  const entries = (select: (user: number, item: number) => [number, number], size: number) => {
    const lists = Array.from({ length: size }, () => [] as [number, number][]);
    for (let user = 0; user < interactions.users; user++) {
      for (let k = interactions.indptr[user]!; k < interactions.indptr[user + 1]!; k++) {
        const [row, column] = select(user, interactions.indices[k]!);
        lists[row]!.push([column, alpha * interactions.values[k]!]);
      }
    }
    return lists;
  };
  const solveAll = (lists: [number, number][][], y: number[][]) =>
    lists.map((list) => {
      const matrix = Array.from({ length: factors }, (_, i) =>
        Array.from({ length: factors + 1 }, (_, j) => {
          if (j === factors) return list.reduce((sum, [row, c]) => sum + c * y[row]![i]!, 0);
          const gram = y.reduce((sum, vector) => sum + vector[i]! * vector[j]!, 0);
          const extra = list.reduce(
            (sum, [row, c]) => sum + (c - 1) * y[row]![i]! * y[row]![j]!,
            0,
          );
          return gram + extra + (i === j ? regularization : 0);
        }),
      );
      return eliminate(matrix);
    });
  const byUser = entries((user, item) => [user, item], interactions.users);
  const byItem = entries((user, item) => [item, user], interactions.items);
  let item = vectors(interactions.items);
  for (let iteration = 0; iteration < iterations; iteration++) {
    item = solveAll(byItem, solveAll(byUser, item));
  }
  const list = profile.rows.map((row, k) => [row, alpha * profile.weights[k]!] as [number, number]);
  const [user] = solveAll([list], item);
  return item.map((vector) => vector.reduce((sum, value, i) => sum + value * user![i]!, 0));
}

/** Solves a positive definite system given as [matrix | right-hand side]. */
function eliminate(system: number[][]): number[] {
  const size = system.length;
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const ratio = system[row]![pivot]! / system[pivot]![pivot]!;
      for (let j = pivot; j <= size; j++) system[row]![j]! -= ratio * system[pivot]![j]!;
    }
  }
  return system.map((row, i) => row[size]! / row[i]!);
}
