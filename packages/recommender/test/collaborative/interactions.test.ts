import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  createInteractions,
  entriesOf,
  type InteractionsInput,
  listenersOf,
  mapValues,
  RecommenderError,
  transpose,
} from '../../src/index.ts';

const input: InteractionsInput = {
  users: 3,
  items: 4,
  userRows: [2, 0, 0, 2, 0],
  itemRows: [1, 3, 0, 1, 2],
  counts: [2, 1, 4, 5, 1],
};

describe('interactions', () => {
  test('are sorted by user and item, and repeated pairs are added up', () => {
    const interactions = createInteractions(input);
    assert.deepEqual([...interactions.indptr], [0, 3, 3, 4]);
    assert.deepEqual([...interactions.indices], [0, 2, 3, 1]);
    assert.deepEqual([...interactions.values], [4, 1, 1, 7]);
    assert.deepEqual([...entriesOf(interactions, 2).items], [1]);
    assert.deepEqual([...listenersOf(interactions)], [1, 1, 1, 1]);
  });

  test('hold what a dense matrix holds, and so does their transpose', () => {
    const entries = fc.array(
      fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 6 }), fc.integer({ min: 1, max: 9 })),
    );
    fc.assert(
      fc.property(entries, (triples) => {
        const dense = Array.from({ length: 6 }, () => new Array<number>(7).fill(0));
        for (const [user, item, count] of triples) dense[user]![item]! += count;
        const interactions = createInteractions({
          users: 6,
          items: 7,
          userRows: triples.map(([user]) => user),
          itemRows: triples.map(([, item]) => item),
          counts: triples.map(([, , count]) => count),
        });
        const transposed = transpose(interactions);
        dense.forEach((row, user) =>
          row.forEach((count, item) => {
            const valueAt = (matrix: typeof interactions, from: number, to: number) => {
              const { items, values } = entriesOf(matrix, from);
              return values[items.indexOf(to)] ?? 0;
            };
            assert.equal(valueAt(interactions, user, item), count);
            assert.equal(valueAt(transposed, item, user), count);
          }),
        );
        assert.deepEqual(transpose(transposed), interactions);
      }),
    );
  });

  test('change values without touching the original', () => {
    const interactions = createInteractions(input);
    assert.deepEqual([...mapValues(interactions, (value) => value * 2).values], [8, 2, 2, 14]);
    assert.deepEqual([...interactions.values], [4, 1, 1, 7]);
  });

  test('name the entry that is wrong', () => {
    const refuses = (change: Partial<InteractionsInput>, message: RegExp) =>
      assert.throws(
        () => createInteractions({ ...input, ...change }),
        (error) =>
          error instanceof RecommenderError &&
          error.code === 'BAD_INTERACTIONS' &&
          message.test(error.message),
      );
    refuses({ userRows: [2, 0, 3, 2, 0] }, /user row below 3 of entry 2 but received 3/);
    refuses({ itemRows: [1, -1, 0, 1, 2] }, /item row below 4 of entry 1 but received -1/);
    refuses({ counts: [1, 1, 1, 0, 1] }, /positive, finite count of entry 3 but received 0/);
    refuses({ counts: [1, 1, 1, NaN, 1] }, /entry 3 but received NaN/);
    refuses({ counts: [1, 1, 1, 1e39, 1] }, /entry 3/);
    refuses({ counts: [1] }, /5 counts but received 1/);
    refuses({ items: 1.5 }, /for items but received 1.5/);
  });
});
