import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce } from '@consonance/recommender';
import fc from 'fast-check';
import { linesWith, makeSearchText } from '../src/search-text.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '雪'), maxLength: 8 });
const part = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '雪'), minLength: 1, maxLength: 3 });

test('finds the lines that looking at each of them finds', () => {
  fc.assert(
    fc.property(fc.array(text), fc.array(part, { minLength: 1, maxLength: 3 }), (lines, parts) => {
      const expected = lines.flatMap((line, number) =>
        parts.every((each) => line.includes(each)) ? [number] : [],
      );
      const searchText = atOnce(makeSearchText(lines.length, (i) => lines[i]!));
      assert.deepEqual(linesWith(searchText, parts), expected);
    }),
    { numRuns: 500 },
  );
});
