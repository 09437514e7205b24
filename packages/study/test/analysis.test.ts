/**
 * The analysis of stored ratings agrees with pandas, SciPy and statsmodels (golden/make-golden.py). The
 * ratings are constructed (golden/make-data.ts).
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { tQuantile } from '@consonance/statistics/inference';
import {
  analyse,
  codebook,
  type Comparison,
  parsePlan,
  parseRatingsCsv,
  ratingsCsv,
  reportFindings,
  reportPage,
  type StudyPlan,
} from '../src/index.ts';
import golden from './golden/golden.json' with { type: 'json' };

const read = (study: string, file: string): string =>
  readFileSync(join(import.meta.dirname, 'golden', study, file), 'utf8');
const load = (study: string) => ({
  plan: JSON.parse(read(study, 'plan.json')) as StudyPlan,
  records: parseRatingsCsv(read(study, 'ratings.csv')),
});

function close(actual: number | null, expected: number, name: string): void {
  assert.ok(
    actual !== null && Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${name}: ${actual}, not ${expected}`,
  );
}

type GoldenComparison = (typeof golden.studies)[number]['primary'];

function compared(actual: Comparison, expected: GoldenComparison, name: string): void {
  assert.deepEqual(actual.arms, expected.arms);
  assert.equal(actual.participants, expected.participants, name);
  expected.means.forEach((mean, i) => close(actual.means[i]!, mean, `${name} mean`));
  for (const kind of ['paired', 'welch', 'pooled'] as const) {
    const { interval, ...numbers } = expected[kind];
    for (const [field, value] of Object.entries(numbers))
      close(actual[kind][field as keyof typeof numbers], value, `${name} ${kind} ${field}`);
    interval.forEach((bound, i) => close(actual[kind].interval[i]!, bound, `${name} ${kind}`));
  }
  close(actual.wilcoxon.z, expected.wilcoxonZ, `${name} Wilcoxon z`);
  close(actual.wilcoxon.asymptoticPValue, expected.wilcoxonPValue, `${name} Wilcoxon`);
  close(actual.effect.dz, expected.dz, `${name} d_z`);
}

for (const expected of golden.studies)
  describe(expected.name, () => {
    const { plan, records } = load(expected.name);
    const report = analyse(plan, records);

    test('exclusions', () => {
      assert.equal(report.participants.analysed, expected.analysed);
      for (const { rule, participants } of report.participants.exclusions)
        assert.deepEqual(participants.toSorted(), expected.exclusions[rule], rule);
    });
    test('comparisons', () => {
      compared(report.primary, expected.primary, 'primary');
      compared(report.withoutExclusions, expected.withoutExclusions, 'without exclusions');
      assert.equal(report.secondary.length, expected.secondary.length);
      expected.secondary.forEach((comparison, i) => {
        compared(report.secondary[i]!, comparison, comparison.arms.join());
        close(report.secondary[i]!.adjustedPValue, comparison.adjustedPValue, 'Holm');
      });
    });
    test('clips and agreement', () => {
      assert.deepEqual(
        report.arms.map(({ liked }) => liked),
        expected.liked,
      );
      const { correlation, ratios, intervals, pValues } = expected.clipModel;
      close(report.clipModel!.correlation, correlation, 'correlation');
      report.clipModel!.odds.forEach(({ ratio, interval, pValue }, i) => {
        close(ratio, ratios[i]!, 'ratio');
        interval.forEach((bound, side) => close(bound, intervals[i]![side]!, 'interval'));
        close(pValue, pValues[i]!, 'p-value');
      });
      close(report.agreement.alpha, expected.alpha, 'alpha');
    });
    test('the CSV of the records is the CSV they were read from, and gives the same report', () => {
      const csv = ratingsCsv(records);
      assert.equal(csv, read(expected.name, 'ratings.csv'));
      assert.deepEqual(analyse(plan, parseRatingsCsv(csv)), report);
    });
    test('the report is JSON, and the same whatever the order of the records', () => {
      assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
      assert.deepEqual(analyse(plan, records.toReversed()), report);
    });
    test('the page has the findings, and nothing that is fetched or run', () => {
      const page = reportPage(report);
      for (const sentence of reportFindings(report))
        assert.ok(page.includes(sentence.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)));
      assert.doesNotMatch(page, /<script|<link|src="http|url\((?!#)/);
    });
  });

describe("the paper's decision", () => {
  const { plan, records } = load('paper');
  const report = analyse(plan, records);
  const { paired, pooled, welch } = report.primary;

  test('thirty participants, five ratings of either method', () => {
    assert.equal(report.participants.analysed, 30);
    for (const { songs, rated } of report.arms) assert.deepEqual([songs, rated], [5, 150]);
  });
  test('t is beyond the critical value that the paper states, and beyond that of its own df', () => {
    assert.deepEqual([paired.df, pooled.df], [29, 58]);
    assert.ok(welch.df! > 29 && welch.df! < 58);
    assert.equal(paired.t!.toFixed(2), '-4.74');
    for (const { t, criticalValue } of [paired, pooled, welch])
      assert.ok(t! < -2.037 && t! < -criticalValue!);
  });
  test("the paper's critical value is of 32 degrees of freedom, which no test of thirty participants has", () => {
    assert.equal(tQuantile(0.025, 32).toFixed(3), '-2.037');
    assert.deepEqual(
      [29, 58].map((df) => tQuantile(0.025, df).toFixed(3)),
      ['-2.045', '-2.002'],
    );
  });
  test('in words: method 2 is liked more', () => {
    const text = reportFindings(report).join('\n');
    assert.match(
      text,
      /the null hypothesis is rejected \(t\(29\) = -4\.735, p < 0\.001, critical value ±2\.045\)/,
    );
    assert.match(text, /liked more songs of "method 2" than of "method 1"/);
    assert.match(text, /The other tests agree/);
  });
});

describe('studies of which little came', () => {
  const plan = parsePlan({ seed: 1 });
  const { records } = load('paper');

  test('nobody entered', () => {
    const report = analyse(plan, []);
    assert.equal(report.primary.paired.t, null);
    assert.match(reportFindings(report).join(), /Decision: none\. 0 participants rated/);
    assert.match(reportPage(report), /no finite solution/);
  });
  test('one participant', () => {
    const report = analyse(load('paper').plan, records.slice(0, 1));
    assert.equal(report.participants.analysed, 1);
    assert.match(reportFindings(report).join(), /Decision: none\. 1 participant rated/);
    assert.ok(reportPage(report).length > 0);
  });
  test('all alike: no difference, no decision against the null hypothesis', () => {
    const alike = records.map((record) => ({
      ...record,
      clips: record.clips.map((clip, i) => ({ ...clip, rating: Number(i % 2 === 0) })),
    }));
    const same = alike.map((record) => ({
      ...record,
      clips: record.clips.map((clip, i) => ({
        ...clip,
        arms: [i % 4 < 2 ? 'method 1' : 'method 2'],
      })),
    }));
    const even = same.map((record) => ({ ...record, clips: record.clips.slice(0, 8) }));
    const report = analyse(load('paper').plan, even);
    assert.equal(report.primary.paired.pValue, null);
    assert.match(
      reportFindings(report).join(),
      /liked as many songs of "method 1" as of "method 2"/,
    );
  });
  test('nobody likes anything of an arm: the t-test decides, the model of the clips has no value', () => {
    const { plan } = load('paper');
    const report = analyse(
      plan,
      records.map((record) => ({
        ...record,
        clips: record.clips.map((clip) => ({
          ...clip,
          rating: clip.arms[0] === 'method 1' ? 0 : clip.rating,
        })),
      })),
    );
    assert.equal(report.clipModel, null);
    assert.match(reportFindings(report).join(), /the null hypothesis is rejected/);
  });
});

test('the codebook explains every column and the arms', () => {
  const { plan, records } = load('three-arms');
  const header = ratingsCsv(records).split('\n')[0]!.split(',');
  const rows = codebook(plan).trim().split('\n').slice(1);
  assert.deepEqual(
    rows.map((row) => row.split(',')[0]),
    header,
  );
  assert.match(codebook(plan), /4 or more counts as liked/);
});

test('a CSV that is not ours is refused by line and column', () => {
  const csv = read('paper', 'ratings.csv');
  const refused = (text: string, message: RegExp) =>
    assert.throws(() => parseRatingsCsv(text), { code: 'BAD_RECORD', message });
  refused(csv.replace('trackId', 'song'), /Expected a column trackId/);
  refused(
    csv.replace(/song-64,method 2,0,12/, 'song-64,method 2,yes,12'),
    /a number for rating in line 2 but received "yes"/,
  );
});
