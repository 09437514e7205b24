import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  DspError,
  MelExtractor,
  amplitudeToDecibels,
  cpuFeatures,
  logCompress,
  melFilterbank,
  melSpectrogram,
  powerSpectrogram,
  powerToDecibels,
  stft,
} from '../src/index.ts';
import { native } from '../src/native.ts';
import { noise, tone } from './signals.ts';

const frontEnd = { sampleRate: 12000, fftSize: 512, hopLength: 256, melBands: 96 };

/** A call that must throw a DspError with this code and message. */
function refuses(run: () => unknown, code: string, message: RegExp): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof DspError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

describe('signals at the edges', () => {
  test('silence is exactly zero', () => {
    const { data } = melSpectrogram(new Float32Array(5000), frontEnd);
    assert.ok(data.every((x) => x === 0));
    assert.ok(powerToDecibels(data).every((x) => x === -100));
  });

  test('white noise is flat: without area normalisation, bands rise with their width', () => {
    const { data, frames } = melSpectrogram(noise(120000, 3), frontEnd);
    const means = Array.from({ length: frontEnd.melBands }, (_, band) => {
      const row = data.subarray(band * frames, (band + 1) * frames);
      return row.reduce((sum, x) => sum + x, 0) / frames;
    });
    const filters = melFilterbank(frontEnd);
    const levels = means.map((mean, band) => {
      const row = filters.data.subarray(band * filters.bins, (band + 1) * filters.bins);
      return mean / row.reduce((sum, x) => sum + x, 0);
    });
    const average = levels.reduce((sum, x) => sum + x, 0) / levels.length;
    assert.ok(levels.every((level) => Math.abs(level / average - 1) < 0.2));
  });

  for (const bin of [3, 57, 128, 253]) {
    test(`a tone on bin ${bin} peaks there with a quarter of fftSize x amplitude`, () => {
      const signal = tone(4096, (bin * 12000) / 512, 12000, 0.5);
      const { data, rows, frames } = powerSpectrogram(signal, {
        fftSize: 512,
        power: 1,
        center: false,
      });
      for (let t = 0; t < frames; ++t) {
        const column = Array.from({ length: rows }, (_, k) => data[k * frames + t]!);
        assert.equal(column.indexOf(Math.max(...column)), bin);
        assert.ok(Math.abs(column[bin]! - 0.5 * 128) < 1e-2 * 128);
      }
    });
  }

  test('a constant lies in bin 0 and alternating signs in the last one', () => {
    const options = { fftSize: 512, power: 1, center: false } as const;
    const constant = powerSpectrogram(new Float32Array(512).fill(1), options).data;
    assert.ok(Math.abs(constant[0]! - 256) < 1e-3);
    const nyquist = Float32Array.from({ length: 512 }, (_, i) => (i % 2 ? -1 : 1));
    assert.ok(Math.abs(powerSpectrogram(nyquist, options).data[256]! - 256) < 1e-3);
  });

  for (const padMode of ['constant', 'reflect'] as const) {
    test(`one sample and clips shorter than a frame are padded (${padMode})`, () => {
      for (const samples of [1, 2, 255, 256, 257, 511]) {
        const { data, frames } = melSpectrogram(noise(samples, 1), { ...frontEnd, padMode });
        assert.equal(frames, 1 + Math.floor(samples / 256));
        assert.ok(data.every((x) => Number.isFinite(x) && x >= 0));
      }
    });
  }

  test('an empty signal, and a short one without padding, are refused', () => {
    const empty = new Float32Array(0);
    const sentence = /Expected at least one sample for signal but received an empty array/;
    refuses(() => melSpectrogram(empty, frontEnd), 'INVALID_ARGUMENT', sentence);
    refuses(() => stft(empty, { fftSize: 512 }), 'INVALID_ARGUMENT', sentence);
    refuses(
      () => stft(noise(511, 1), { fftSize: 512, center: false }),
      'INVALID_ARGUMENT',
      /Expected at least fftSize \(512\) samples, .* for signal but received 511/,
    );
  });

  test('NaN and infinity are refused with their place', async () => {
    for (const [value, name] of [
      [NaN, 'NaN'],
      [Infinity, 'Infinity'],
      [-Infinity, '-Infinity'],
    ] as const) {
      const signal = noise(4000, 1);
      signal[1234] = value;
      const sentence = new RegExp(
        `Expected finite samples for signal but received ${name} at index 1234`,
      );
      refuses(() => melSpectrogram(signal, frontEnd), 'INVALID_ARGUMENT', sentence);
      await assert.rejects(new MelExtractor(frontEnd).computeAsync(signal), {
        name: 'DspError',
        code: 'INVALID_ARGUMENT',
        message: sentence,
      });
    }
  });

  test('a subarray is read from its own start', () => {
    const signal = noise(9000, 1);
    assert.deepEqual(
      melSpectrogram(signal.subarray(1000, 5000), frontEnd),
      melSpectrogram(signal.slice(1000, 5000), frontEnd),
    );
  });
});

describe('plans of the free functions', () => {
  test('are kept by the values of their options, whatever the order of use', () => {
    const signal = noise(3000, 2);
    const rates = Array.from({ length: 20 }, (_, i) => 8000 + 1000 * i);
    const of = (sampleRate: number) => melSpectrogram(signal, { ...frontEnd, sampleRate }).data;
    const first = rates.map(of);
    rates.reverse().forEach((rate, i) => assert.deepEqual(of(rate), first[19 - i]));
    assert.equal(new Set(first.map((data) => data.join())).size, 20);
  });

  test('are not found by values of another type', () => {
    melSpectrogram(noise(100, 1), frontEnd);
    const text = { ...frontEnd, fftSize: '512' } as never;
    refuses(() => melSpectrogram(noise(100, 1), text), 'INVALID_ARGUMENT', /for fftSize .*'512'/);
  });
});

describe('options', () => {
  const signal = noise(4000, 1);
  const wrong = (options: object) => () => melSpectrogram(signal, { ...frontEnd, ...options });

  test('defaults are filled in and reported', () => {
    assert.deepEqual(new MelExtractor({ sampleRate: 22050, fftSize: 2048 }).options, {
      sampleRate: 22050,
      fftSize: 2048,
      hopLength: 512,
      windowLength: 2048,
      center: true,
      padMode: 'constant',
      precision: 'float64',
      melBands: 128,
      fMin: 0,
      fMax: 11025,
      melScale: 'slaney',
      melNorm: 'slaney',
      power: 2,
    });
  });

  test('a misspelt option is refused with the allowed ones', () => {
    const message = /\(fftSize, hopLength, .*melNorm\) for options but received 'hopSize'/;
    refuses(wrong({ hopSize: 256 }), 'UNKNOWN_OPTION', message);
    refuses(() => stft(signal, { fftSize: 512, power: 2 } as never), 'UNKNOWN_OPTION', /'power'/);
    refuses(() => powerToDecibels(signal, { ref: 1 } as never), 'UNKNOWN_OPTION', /'ref'/);
    refuses(() => logCompress(signal, { gian: 1 } as never), 'UNKNOWN_OPTION', /'gian'/);
  });

  const refused: [object, RegExp][] = [
    [{ fftSize: 511 }, /an even integer from 2 to 65536 for fftSize but received 511/],
    [{ fftSize: 131072 }, /for fftSize but received 131072/],
    [{ fftSize: 2062 }, /without prime factors above 1024 for fftSize but received 2062/],
    [{ fftSize: 512.5 }, /for fftSize but received 512.5/],
    [{ fftSize: '512' }, /for fftSize but received '512'/],
    [{ fftSize: undefined }, /for fftSize but received undefined/],
    [{ hopLength: 0 }, /an integer of at least 1 for hopLength but received 0/],
    [{ hopLength: -1 }, /for hopLength but received -1/],
    [{ hopLength: NaN }, /for hopLength but received NaN/],
    [{ windowLength: 513 }, /from 1 to fftSize \(512\) for windowLength but received 513/],
    [{ center: 1 }, /true or false for center but received 1/],
    [{ padMode: 'edge' }, /'constant' or 'reflect' for padMode but received 'edge'/],
    [{ precision: 'half' }, /for precision but received 'half'/],
    [{ sampleRate: 0 }, /a positive number of Hz for sampleRate but received 0/],
    [{ sampleRate: undefined }, /for sampleRate but received undefined/],
    [{ melBands: 0 }, /for melBands but received 0/],
    [{ melBands: 5000 }, /an integer from 1 to 4096 for melBands but received 5000/],
    [{ fMin: -1 }, /from 0 to below fMax \(6000 Hz\) for fMin but received -1/],
    [{ fMin: 6000 }, /for fMin but received 6000/],
    [{ fMax: 6001 }, /up to sampleRate \/ 2 \(6000 Hz\) for fMax but received 6001/],
    [{ fMax: Infinity }, /a finite number for fMax but received Infinity/],
    [{ melScale: 'bark' }, /'slaney' or 'htk' for melScale but received 'bark'/],
    [{ melNorm: null }, /'slaney' or 'none' for melNorm but received null/],
    [{ power: 3 }, /1 \(magnitude\) or 2 \(power\) for power but received 3/],
  ];
  for (const [options, message] of refused) {
    test(`${JSON.stringify(options)} is refused`, () => {
      refuses(wrong(options), 'INVALID_ARGUMENT', message);
    });
  }

  test('signals that are no Float32Array and options that are no object are refused', () => {
    for (const bad of [[1, 2], new Float64Array(9), 'abc', null, undefined, Symbol('x')]) {
      const call = () => melSpectrogram(bad as never, frontEnd);
      refuses(call, 'INVALID_ARGUMENT', /Expected a Float32Array for signal but received/);
      refuses(() => powerToDecibels(bad as never), 'INVALID_ARGUMENT', /a Float32Array for data/);
    }
    refuses(() => stft(signal, null as never), 'INVALID_ARGUMENT', /an object for options/);
  });

  test('a result that cannot fit into memory is an error, not the end of the process', () => {
    const options = { fftSize: 65536, hopLength: 1 };
    assert.throws(() => stft(noise(200000, 1), options), RangeError);
  });
});

describe('compression', () => {
  test('decibels of known values', () => {
    const data = Float32Array.of(1, 10, 0.001, 0);
    assert.deepEqual([...powerToDecibels(data, { topDecibels: null })], [0, 10, -30, -100]);
    assert.deepEqual([...powerToDecibels(data)], [0, 10, -30, -70]);
    assert.deepEqual([...powerToDecibels(data, { reference: 'max' })], [-10, 0, -40, -80]);
    const amplitudes = amplitudeToDecibels(Float32Array.of(-10, 0), { topDecibels: null });
    assert.deepEqual([...amplitudes], [20, -100]);
    assert.deepEqual([...powerToDecibels(new Float32Array(0))], []);
    assert.ok(Number.isNaN(powerToDecibels(Float32Array.of(NaN, 1))[0]));
  });

  const special = [NaN, Infinity, -Infinity, 0, -0, -1, -1e-4, 3.4e38, 1e-45, 1e-38, 1, 2 ** 0.5];
  const values = Float32Array.from([
    ...special,
    ...Array.from({ length: 999 }, (_, i) => 10 ** (i / 12 - 45)),
  ]);
  const sameAs = (actual: Float32Array, expected: Float64Array) =>
    actual.forEach((x, i) => {
      const wanted = Math.fround(expected[i]!);
      const distance = Math.abs(x - wanted);
      assert.ok(
        Object.is(x, wanted) || x === wanted || distance <= 1.2e-7 * Math.abs(wanted),
        `${x} instead of ${wanted} of ${values[i]}`,
      );
    });

  for (const isa of native.instructionSets()) {
    test(`logarithms of any value are those of the C library to the last bit but one, ${isa}`, () => {
      const output = new Float32Array(values.length);
      native.powerToDecibels(values, { minimum: 1e-60, topDecibels: null }, output, isa);
      const power = Float64Array.from(values, (x) => 10 * Math.log10(x < 1e-60 ? 1e-60 : x));
      sameAs(output, power);
      native.amplitudeToDecibels(values, { minimum: 1e-60, topDecibels: null }, output, isa);
      const amplitude = Float64Array.from(
        values,
        (x) => 20 * Math.log10(Math.max(Math.abs(x), 1e-60)),
      );
      sameAs(output, amplitude);
      native.logCompress(values, 1000, output, isa);
      sameAs(
        output,
        Float64Array.from(values, (x) => Math.log1p(1000 * x)),
      );
    });
  }

  test('a result may go where the caller wants, also over its input', () => {
    const data = Float32Array.of(1, 10, 0.001);
    assert.equal(powerToDecibels(data, { topDecibels: null }, { output: data }), data);
    assert.deepEqual([...data], [0, 10, -30]);
    const output = new Float32Array(96 * 4);
    const result = melSpectrogram(noise(1000, 1), frontEnd, { output });
    assert.equal(result.data, output);
    assert.deepEqual(output, melSpectrogram(noise(1000, 1), frontEnd).data);
  });

  test('an output of another size or type, and wrong threads, are refused', () => {
    const signal = noise(1000, 1);
    const call = (options: object) => () => melSpectrogram(signal, frontEnd, options);
    const bad = 'INVALID_ARGUMENT';
    refuses(call({ output: new Float32Array(9) }), bad, /384 values for output but received 9/);
    refuses(call({ output: new Float64Array(384) }), bad, /a Float32Array for output/);
    refuses(call({ out: signal }), 'UNKNOWN_OPTION', /\(output, threads\).*'out'/);
    for (const threads of [0, 1.5, 257, NaN, '2']) {
      refuses(call({ threads }), bad, /an integer from 1 to 256 for threads/);
    }
    const wrong = { output: new Float32Array(1) };
    refuses(() => powerToDecibels(signal, {}, wrong), bad, /1000 values for output/);
    refuses(() => stft(signal, { fftSize: 64 }, wrong as never), 'UNKNOWN_OPTION', /'output'/);
  });

  test('ranges are checked', () => {
    const data = new Float32Array(1);
    const bad = 'INVALID_ARGUMENT';
    refuses(() => powerToDecibels(data, { minimum: 0 }), bad, /positive .* for minimum/);
    refuses(() => powerToDecibels(data, { reference: -1 }), bad, /positive .* for reference/);
    refuses(() => powerToDecibels(data, { topDecibels: -1 }), bad, /for topDecibels/);
    refuses(() => powerToDecibels(data, { reference: 'min' as never }), bad, /'max'.*'min'/);
    refuses(() => logCompress(data, { gain: 0 }), bad, /positive .* for gain/);
    refuses(() => logCompress(data, {} as never), bad, /for gain/);
  });
});

test('cpuFeatures names the fastest path first', () => {
  const { architecture, selected, available } = cpuFeatures();
  assert.equal(architecture, process.arch);
  assert.equal(selected, available[0]);
  assert.equal(available.at(-1), 'scalar');
});
