import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { test } from 'node:test';
import {
  barChart,
  charts,
  confusionChart,
  html,
  intervalChart,
  learningCurves,
  learningCurvesPage,
  lineChart,
  list,
  page,
  pairedChart,
  section,
  spectrogramChart,
  table,
} from '../src/index.ts';
import { pngDataUrl } from '../src/png.ts';

test('whatever a title or a cell says, it is text', () => {
  const nasty = '<script>alert("1")</script> & \'more\'';
  const text = page(nasty, list([nasty]), table([nasty], [[nasty]], nasty));
  assert.doesNotMatch(text, /<script/);
  assert.match(text, /&#60;script&#62;alert\(&#34;1&#34;\)/);
  assert.equal(html`<b>${html`<i>${'<'}</i>`}</b>`.text, '<b><i>&#60;</i></b>');
});

test('every chart is drawn in the page itself, and has its numbers beside it', () => {
  const mel = [
    [-80, -40],
    [-20, 0],
  ];
  const points = { name: 'one', x: [0, 1], y: [0.25, null] };
  const numbers = table(['a'], [['b']]);
  const charts = {
    line: lineChart({ title: 'Line', xName: 'x', yName: 'y', series: [points] }),
    interval: intervalChart({
      title: 'Interval',
      xName: 'x',
      rows: [
        { name: 'known', value: 0.125, interval: [0.1, 0.2] },
        { name: 'unknown', value: null, interval: null },
      ],
    }),
    confusion: confusionChart(
      'Confusion',
      ['jazz', 'rock'],
      [
        [41, 2],
        [0, 0],
      ],
    ),
    spectrogram: spectrogramChart({
      title: 'Mel',
      mel,
      seconds: 2,
      frequencyOf: (band) => 100 * band,
      numbers,
      overTime: points,
      overBands: points,
    }),
  };
  for (const [name, { text }] of Object.entries(charts)) {
    assert.match(text, /<svg/, name);
    assert.match(text, /<table>/, name);
    assert.doesNotMatch(text, /(src|href)="(?!data:)/, name);
    assert.doesNotMatch(text, /NaN|undefined/, name);
  }
  assert.match(charts.interval.text, /0\.125/);
  assert.match(charts.interval.text, /0\.100 to 0\.200/);
  assert.match(charts.confusion.text, />41</);
});

test('groups: a line for each person and their mean, bars for each count', () => {
  const paired = pairedChart({
    title: 'Likes',
    yName: 'liked of 5',
    groups: ['a', 'b'],
    yRange: [0, 5],
    people: [
      { name: 'first', values: [1, 4] },
      { name: 'second', values: [2.5, null] },
    ],
    means: [1.75, 4],
  }).text;
  for (const cell of [
    '<th scope="row">first</th>',
    '<td>1.750</td>',
    '<td>2.50</td>',
    '<td>–</td>',
  ])
    assert.ok(paired.includes(cell), cell);
  const bars = barChart({
    title: 'Counts',
    xName: 'likes',
    yName: 'people',
    categories: ['0', '1'],
    series: [
      { name: 'a', values: [3, 0] },
      { name: 'b', values: [1, 2] },
    ],
  }).text;
  for (const text of [paired, bars]) {
    assert.match(text, /<svg/);
    assert.doesNotMatch(text, /NaN|undefined/);
  }
  assert.equal(bars.match(/fill="var\(--series-1\)"/g)?.length, 3); // two bars and the legend
});

test('learning curves of one epoch, and of scores that have no value, are drawn', () => {
  const validation = { labelLoss: 2.5, macroF1: null, macroAuc: 0.75, accuracy: 0.5 };
  const text = learningCurvesPage('run', [{ epoch: 1, labelLoss: 3.25, validation }]);
  for (const number of ['3.250', '2.500', '0.750']) assert.ok(text.includes(number), number);
  assert.doesNotMatch(text, /macro F1/);
});

test('several runs share a chart for each score, each run under its name', () => {
  const validation = { macroF1: 0.25, macroAuc: 0.75, accuracy: 0.5 };
  const history = [{ epoch: 1, labelLoss: 3.25, validation }];
  const { text } = learningCurves([
    { name: 'CNN 1', history },
    { name: 'CRNN 1', history },
  ]);
  assert.equal(text.match(/<figure>/g)?.length, 4);
  for (const score of ['macro F1', 'macro AUC', 'accuracy'])
    assert.match(text, new RegExp(`Validation clips: ${score}`));
  assert.equal(text.match(/<th scope="col">CRNN 1<\/th>/g)?.length, 3);
  assert.match(text, /<th scope="col">CRNN 1 training<\/th>/);
});

test('a diagonal is drawn where it is asked for, and only there', () => {
  const chart = (diagonal: boolean) =>
    lineChart({
      title: 'ROC',
      xName: 'x',
      yName: 'y',
      xRange: [0, 1],
      yRange: [0, 1],
      diagonal,
      series: [{ name: 'one', x: [0, 1], y: [0, 1] }],
    }).text;
  assert.match(chart(true), /stroke-dasharray/);
  assert.doesNotMatch(chart(false), /stroke-dasharray/);
});

test('colours come from the page, for both themes; nothing is fetched or run', () => {
  const series = [{ name: 'one', x: [0, 1], y: [0, 1] }];
  const text = page(
    'Title',
    section('Heading', charts(lineChart({ title: 'A', xName: 'x', yName: 'y', series }))),
  );
  assert.match(text, /<h2>Heading<\/h2>\s*<div class="charts"><figure>/);
  const used = new Set(text.match(/var\(--[\w-]+\)/g)!.map((name) => name.slice(4, -1)));
  const [light, dark] = [/^:root \{.*\}$/m, /prefers-color-scheme: dark.*$/m].map(
    (theme) => text.match(theme)![0],
  );
  for (const name of used) {
    assert.ok(light!.includes(`${name}:`) && dark!.includes(`${name}:`), name);
  }
  assert.doesNotMatch(text, /<script|<link|@import|url\((?!#)/);
});

test('PNG: signature, size and pixels as given', () => {
  const pixels = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7);
  const bytes = Buffer.from(pngDataUrl(2, 2, pixels).split(',')[1]!, 'base64');
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
  assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [2, 2]);
  const at = bytes.indexOf('IDAT');
  const data = inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
  assert.deepEqual([...data], [0, 255, 0, 0, 0, 255, 0, 0, 0, 0, 255, 9, 8, 7]);
});
