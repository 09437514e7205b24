import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '@consonance/statistics';
import {
  compareRecommenders,
  createInteractions,
  entriesOf,
  evaluate,
  holdOutItems,
  holdOutLatest,
  holdOutRandom,
  holdOutUsers,
  itemNeighbours,
  meanMetrics,
  pairedBootstrap,
  popularity,
  random,
  type Recommender,
  type Split,
} from '../../src/index.ts';
import { clusteredListens } from '../collaborative/clusters.ts';

const { interactions, clusterOfItem } = clusteredListens();
const oracle = (split: Split): Recommender => ({
  name: 'oracle',
  size: split.train.items,
  score({ rows }) {
    const { relevant } = split.cases.find(({ profile }) => profile.rows === rows)!;
    return Float32Array.from({ length: split.train.items }, (_, row) => +relevant.includes(row));
  },
});
const indifferent = (size: number): Recommender => ({
  name: 'indifferent',
  size,
  score: () => new Float32Array(size),
});

describe('splits', () => {
  const itemsOf = (user: number) => [...entriesOf(interactions, user).items];

  for (const [name, split] of Object.entries({
    random: holdOutRandom(interactions, 0.2, seededRandom(1)),
    latest: holdOutLatest(interactions, 0.2, (user, item) => (item * 7 + user) % 50),
  })) {
    test(`${name}: train and held-out items are the user's, without overlap`, () => {
      assert.equal(split.cases.length, interactions.users);
      for (const { user, profile, relevant } of split.cases) {
        const all = [...profile.rows, ...relevant].sort((a, b) => a - b);
        assert.deepEqual(all, itemsOf(user));
        assert.deepEqual([...entriesOf(split.train, user).items], profile.rows);
        assert.deepEqual([...entriesOf(split.train, user).values], profile.weights);
        assert.equal(relevant.length, Math.max(1, Math.round(0.2 * all.length)));
      }
    });
  }

  test('latest: what is held out came after what is kept', () => {
    const time = (user: number, item: number) => (item * 7 + user) % 50;
    for (const { user, profile, relevant } of holdOutLatest(interactions, 0.3, time).cases) {
      const last = Math.max(...profile.rows.map((row) => time(user, row)));
      assert.ok(relevant.every((row) => time(user, row) >= last));
    }
  });

  test('random repeats with its seed', () => {
    const draw = (seed: number) => holdOutRandom(interactions, 0.2, seededRandom(seed));
    assert.deepEqual(draw(3), draw(3));
    assert.notDeepEqual(draw(3).train, draw(4).train);
  });

  test('users with one item are trained on, not evaluated; users without any are left alone', () => {
    const few = createInteractions({
      users: 3,
      items: 4,
      userRows: [0, 2, 2],
      itemRows: [1, 0, 3],
      counts: [1, 1, 1],
    });
    const { train, cases } = holdOutRandom(few, 0.9, seededRandom(1));
    assert.deepEqual(
      cases.map(({ user }) => user),
      [2],
    );
    assert.deepEqual([...entriesOf(train, 0).items], [1]);
  });

  test('cold items have no listener in training, and are all that is ranked', () => {
    const { train, cases, candidates } = holdOutItems(interactions, 0.2, seededRandom(1));
    assert.equal(candidates!.size, Math.round(0.2 * interactions.items));
    assert.ok(train.indices.every((item) => !candidates!.has(item)));
    assert.ok(cases.length > 0);
    for (const { relevant } of cases) assert.ok(relevant.every((item) => candidates!.has(item)));
  });

  test('new listeners are not trained on', () => {
    const { train, cases } = holdOutUsers(interactions, 0.25, 5, seededRandom(1));
    assert.equal(cases.length, Math.round(0.25 * interactions.users));
    for (const { user, profile, relevant } of cases) {
      assert.equal(entriesOf(train, user).items.length, 0);
      assert.equal(profile.rows.length, 5);
      assert.equal(profile.rows.length + relevant.length, itemsOf(user).length);
    }
  });
});

describe('evaluation', () => {
  const split = holdOutRandom(interactions, 0.25, seededRandom(2));
  const options = { k: 5, seed: 1 };
  const ndcg = (recommender: Recommender) =>
    meanMetrics(evaluate(recommender, split, options).slices.all!)!.ndcg;

  test('the oracle reaches 1, the indifferent one what chance reaches', () => {
    assert.equal(ndcg(oracle(split)), 1);
    assert.ok(ndcg(indifferent(interactions.items)) < 0.1);
  });

  test('nothing of the profile is recommended, and only candidates are', () => {
    const cold = holdOutItems(interactions, 0.1, seededRandom(1));
    const onlyOwn: Recommender = {
      ...indifferent(interactions.items),
      score: ({ rows }) =>
        Float32Array.from({ length: interactions.items }, (_, row) => (rows.includes(row) ? 1 : 0)),
    };
    const { coverage } = evaluate(onlyOwn, cold, { k: 100, seed: 1 });
    assert.equal(coverage, 1);
    assert.ok(ndcg(onlyOwn) < 0.1);
  });

  test('coverage and novelty: popularity names few, known items, chance the contrary', () => {
    const popular = evaluate(popularity(split.train), split, options);
    const chance = evaluate(random(interactions.items), split, options);
    assert.ok(popular.coverage < 0.2 && chance.coverage > 0.9);
    assert.ok(popular.novelty < chance.novelty);
  });

  test('diversity is the mean distance of the pairs whose similarity is known', () => {
    const similarity = (a: number, b: number) =>
      a === 0 || b === 0 ? undefined : +(clusterOfItem(a) === clusterOfItem(b));
    const diversity = (recommender: Recommender) =>
      evaluate(recommender, split, { ...options, similarity }).diversity!;
    assert.ok(diversity(itemNeighbours(split.train)) < 0.4);
    assert.ok(diversity(random(interactions.items)) > 0.8);
    assert.equal(evaluate(popularity(split.train), split, options).diversity, undefined);
  });

  test('the tail holds only items that few know', () => {
    const tail = (tailListeners: number) =>
      evaluate(oracle(split), split, { ...options, tailListeners }).slices.tail!;
    assert.ok(tail(-1).every((metrics) => metrics === undefined));
    const some = tail(4).filter((metrics) => metrics !== undefined);
    assert.ok(some.length > 0 && some.length < split.cases.length);
    assert.deepEqual(tail(1e9), evaluate(oracle(split), split, options).slices.all);
  });

  test('on the artist level another song of the artist is a find', () => {
    const artistOf = (item: number) => `artist ${clusterOfItem(item)}`;
    const { slices } = evaluate(itemNeighbours(split.train), split, { ...options, artistOf });
    assert.ok(meanMetrics(slices.artist!)!.mrr > 0.8);
    assert.ok(meanMetrics(slices.artist!)!.mrr > meanMetrics(slices.all!)!.mrr);
    const alone = evaluate(itemNeighbours(split.train), split, {
      ...options,
      artistOf: () => undefined,
    });
    assert.deepEqual(alone.slices.artist, alone.slices.all);
  });
});

describe('bootstrap', () => {
  const uniform = seededRandom(1);
  const baseline = Array.from({ length: 300 }, () => uniform());

  test('a constant gain has no uncertainty, however the users differ', () => {
    const better = baseline.map((value) => value + 0.1);
    const { difference, differenceInterval, lift } = pairedBootstrap(
      better,
      baseline,
      seededRandom(1),
    );
    for (const value of [difference, ...differenceInterval]) {
      assert.ok(Math.abs(value - 0.1) < 1e-9);
    }
    assert.ok(lift! > 0.15 && lift! < 0.25);
  });

  test('noise of mean 0 is no lift: the interval holds 0, and is as wide as theory says', () => {
    const noisy = baseline.map((value) => value + uniform() - 0.5);
    const { differenceInterval, liftInterval } = pairedBootstrap(noisy, baseline, seededRandom(1));
    const [low, high] = differenceInterval;
    assert.ok(low < 0 && high > 0);
    // Standard deviation of uniform noise over sqrt(users), 1.96 of it to each side.
    const expected = 2 * 1.96 * Math.sqrt(1 / 12 / 300);
    assert.ok(Math.abs(high - low - expected) < 0.2 * expected, `${high - low}, ${expected}`);
    assert.ok(liftInterval![0] < 0 && liftInterval![1] > 0);
  });

  test('over a baseline of zeros there is a difference but no lift', () => {
    const { difference, lift, liftInterval } = pairedBootstrap([1, 0], [0, 0], seededRandom(1));
    assert.equal(difference, 0.5);
    assert.equal(lift, undefined);
    assert.equal(liftInterval, undefined);
  });

  test('refuses no users and unlike lengths', () => {
    assert.throws(() => pairedBootstrap([], [], seededRandom(1)), /number of users/);
    assert.throws(() => pairedBootstrap([1], [], seededRandom(1)), /1 numbers for baseline/);
  });
});

test('a comparison runs every recommender on every split with every seed', () => {
  const seen: string[] = [];
  const options = {
    splits: {
      random: (uniform: () => number) => holdOutRandom(interactions, 0.25, uniform),
      'cold items': (uniform: () => number) => holdOutItems(interactions, 0.2, uniform),
    },
    build: (train: typeof interactions, seed: number) => [
      random(train.items, seed),
      popularity(train),
      itemNeighbours(train),
    ],
    seeds: [1, 2],
    baselines: ['random', 'popularity'],
    k: 10,
  };
  const [warm, cold] = compareRecommenders({
    ...options,
    onProgress: ({ split, seed, recommender, done, total }) => {
      assert.equal(total, 12);
      assert.equal(done, seen.length);
      seen.push(`${split} ${seed} ${recommender}`);
    },
  });
  assert.equal(new Set(seen).size, 12);
  assert.deepEqual(
    warm!.recommenders.map(({ name }) => name),
    ['random', 'popularity', 'item-knn'],
  );
  const lift = (recommender: string, baseline: string, split = warm!) =>
    split.lifts.find((lift) => lift.recommender === recommender && lift.baseline === baseline)!;
  assert.equal(warm!.lifts.length, 4);
  assert.ok(lift('item-knn', 'popularity').differenceInterval[0] > 0);
  const [a, b] = [warm!.recommenders[2]!, warm!.recommenders[1]!].map(
    ({ slices }) => slices.all!.ndcg,
  );
  assert.ok(Math.abs(lift('item-knn', 'popularity').difference - (a! - b!)) < 1e-9);
  // Nobody has listened to the cold items, so that listening tells nothing about them.
  const [low, high] = lift('item-knn', 'random', cold).differenceInterval;
  assert.ok(low < 0 && high > 0);
  const again = compareRecommenders(options);
  assert.deepEqual(again, [warm, cold]);
});
