import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { Command } from 'commander';
import { seededRandom } from '@consonance/statistics';
import { registerEvaluateRecommenders } from '../../src/commands/evaluate-recommenders.ts';
import { withGlobalOptions } from '../../src/context.ts';
import type { EvaluationReport } from '../../src/listens/evaluation-report.ts';
import { folderWith } from './fixtures.ts';

/** Forty listeners with one of four tastes each, in the formats of HetRec and CSV. */
function tastes(): { plays: [user: number, item: number, count: number][]; genres: string[] } {
  const random = seededRandom(5);
  const plays = Array.from({ length: 40 }, (_, user) =>
    Array.from({ length: 12 }, () => {
      const item = Math.floor(random() * 20) * 4 + (user % 4);
      return [user, item, 1 + Math.floor(random() * 30)] as [number, number, number];
    }),
  ).flat();
  return { plays, genres: ['rock', 'jazz', 'folk', 'techno'] };
}

async function run(t: TestContext, ...words: string[]): Promise<string> {
  let output = '';
  t.mock.method(process.stdout, 'write', (text: string) => Boolean((output += text)));
  t.mock.method(process.stderr, 'write', () => true);
  const program = withGlobalOptions(new Command()).exitOverride();
  registerEvaluateRecommenders(program.command('evaluate'));
  try {
    await program.parseAsync(['evaluate', 'recommenders', ...words], { from: 'user' });
  } finally {
    t.mock.restoreAll();
  }
  return output;
}

describe('evaluate recommenders', () => {
  test('with tags: all methods, all protocols, JSON and a page that stands alone', async (t) => {
    const { plays, genres } = tastes();
    const items = [...new Set(plays.map(([, item]) => item))];
    const folder = await folderWith(t, {
      'user_artists.dat': [
        'userID\tartistID\tweight',
        ...plays.map((play) => play.join('\t')),
      ].join('\n'),
      'tags.dat': ['tagID\ttagValue', ...genres.map((name, id) => `${id}\t${name}`)].join('\n'),
      'user_taggedartists.dat': [
        'userID\tartistID\ttagID',
        ...items.map((item) => `1\t${item}\t${item % 4}`),
      ].join('\n'),
    });
    const out = path.join(folder, 'out');
    const options = ['--listens', folder, '--seeds', '2', '--k', '5', '--factors', '8'];
    const report: EvaluationReport = JSON.parse(await run(t, '--json', ...options, '--out', out));

    assert.deepEqual(
      report.splits.map(({ name }) => name),
      ['held-out items', 'new listeners', 'new items'],
    );
    const ndcg = (split: string, recommender: string) =>
      report.splits
        .find(({ name }) => name === split)!
        .recommenders.find(({ name }) => name === recommender)!.slices.all!.ndcg;
    assert.ok(ndcg('held-out items', 'item-knn') > 1.5 * ndcg('held-out items', 'popularity'));
    assert.ok(ndcg('new items', 'tags') > 2 * ndcg('new items', 'als'));
    assert.ok(ndcg('new items', 'switch(als, tags)') > 2 * ndcg('new items', 'als'));
    assert.ok(report.limits.some((sentence) => /People tag what they play/.test(sentence)));

    const written = JSON.parse(readFileSync(path.join(out, 'report.json'), 'utf8'));
    assert.deepEqual(written, report);
    assert.equal(report.kind, 'recommenders');
    assert.ok(!report.command.includes(path.dirname(folder)));
    const html = readFileSync(path.join(out, 'report.html'), 'utf8');
    assert.match(html, /prefers-color-scheme: dark/);
    assert.match(html, /<svg/);
    assert.doesNotMatch(html, /<script|src=|href=|url\(|NaN|undefined/);
  });

  test('with times: the latest items too; the text has a table for each protocol', async (t) => {
    const rows = tastes().plays.map(
      ([user, item, count], k) => `${user},<i>${item}</i>,${count},${k}`,
    );
    const folder = await folderWith(t, {
      'listens.csv': ['user,item,plays,timestamp', ...rows, 'x,y,0,1'].join('\n'),
    });
    const file = path.join(folder, 'listens.csv');
    const out = path.join(folder, 'out');
    const text = await run(t, '--listens', file, '--seeds', '1', '--factors', '8', '--out', out);
    for (const words of [
      /latest items \(\d+ cases\)/,
      /nDCG@10/,
      /lift over popularity/,
      /left out: .*line 482: expected a positive number of plays/,
      /no content methods/,
    ]) {
      assert.match(text, words);
    }
  });

  test('refuses what is not a number, and listens that are not there', async (t) => {
    await assert.rejects(run(t, '--listens', 'x', '--k', '0'), /Expected a positive integer/);
    await assert.rejects(run(t, '--listens', '/nowhere/x'), /"\/nowhere\/x" does not exist/);
  });
});
