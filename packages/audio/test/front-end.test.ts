import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  frontEndFrames,
  frontEndId,
  frontEndValues,
  validateFrontEnd,
  type FrontEnd,
} from '../src/index.ts';
import { frontEnd, hasCode } from './helpers.ts';

test('frames of a window: Choi 2017 has 1366 frames of 96 bands', () => {
  assert.equal(frontEndFrames({ ...frontEnd, windowSeconds: 29.12 }), 1366);
});

test('the id is stable, independent of the order of fields and different for every field', () => {
  const reversed = Object.fromEntries(Object.entries(frontEnd).reverse()) as unknown as FrontEnd;
  assert.equal(frontEndId(reversed), frontEndId(frontEnd));
  assert.equal(frontEndId(frontEnd), '564811cdaaf2');
  const others: Partial<FrontEnd>[] = [
    { sampleRate: 16000 },
    { fftSize: 1024 },
    { hopLength: 128 },
    { melBands: 64 },
    { fMin: 20 },
    { fMax: 5000 },
    { melScale: 'htk' },
    { melNorm: 'none' },
    { power: 1 },
    { compression: 'log' },
    { windowSeconds: 3 },
    { windowsPerTrack: 1 },
  ];
  assert.equal(others.length, Object.keys(frontEnd).length);
  const ids = new Set(others.map((change) => frontEndId({ ...frontEnd, ...change })));
  assert.equal(ids.add(frontEndId(frontEnd)).size, others.length + 1);
});

test('a valid front end is returned as it is', () => {
  assert.equal(validateFrontEnd(frontEnd), frontEnd);
});

test('every field is checked and named', () => {
  const wrong: Record<Exclude<keyof FrontEnd, 'second'>, unknown[]> = {
    sampleRate: [0, 12000.5, '12000', NaN, 1e9],
    fftSize: [0, 511, -512],
    hopLength: [0, 513, 1.5],
    melBands: [0, 1.5, null],
    fMin: [-1, NaN, '0'],
    fMax: [0, 6001, Infinity],
    melScale: ['mel', undefined],
    melNorm: ['area', null],
    power: [0, 3, '2'],
    compression: ['db', 1],
    windowSeconds: [0, -1, NaN, Infinity, 601, 0.01],
    windowsPerTrack: [0, 1.5, 101],
  };
  for (const [field, values] of Object.entries(wrong)) {
    for (const value of values) {
      const bad = () => validateFrontEnd({ ...frontEnd, [field]: value });
      assert.throws(bad, hasCode('INVALID_OPTION', `frontEnd.${field}`));
    }
    const rest: Partial<FrontEnd> = { ...frontEnd };
    delete rest[field as keyof FrontEnd];
    assert.throws(() => validateFrontEnd(rest), hasCode('INVALID_OPTION', `frontEnd.${field}`));
  }
  assert.throws(
    () => validateFrontEnd({ ...frontEnd, nMels: 96 }),
    hasCode('UNKNOWN_OPTION', 'nMels'),
  );
  assert.throws(() => validateFrontEnd(null), hasCode('INVALID_OPTION', 'frontEnd'));
});

const { sampleRate: _, windowSeconds: __, windowsPerTrack: ___, ...second } = frontEnd;

test('a second spectrogram has an id and is checked like the first', () => {
  const both = { ...frontEnd, second };
  assert.equal(validateFrontEnd(both), both);
  const ids = [frontEnd, both, { ...frontEnd, second: { ...second, power: 1 as const } }];
  assert.equal(new Set(ids.map(frontEndId)).size, 3);
  assert.equal(frontEndValues(both), 2 * frontEndValues(frontEnd));
  const bad = (change: object) => () =>
    validateFrontEnd({ ...frontEnd, second: { ...second, ...change } });
  assert.throws(bad({ fMax: 6001 }), hasCode('INVALID_OPTION', 'frontEnd.second.fMax'));
  assert.throws(bad({ fftSize: 16384 }), hasCode('INVALID_OPTION', 'frontEnd.windowSeconds'));
  assert.throws(bad({ sampleRate: 8000 }), hasCode('UNKNOWN_OPTION', 'sampleRate'));
});
