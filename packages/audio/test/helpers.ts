import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'node:test';
import type { FrontEnd } from '../src/index.ts';

export const frontEnd: FrontEnd = {
  sampleRate: 12000,
  fftSize: 512,
  hopLength: 256,
  melBands: 96,
  fMin: 0,
  fMax: 6000,
  melScale: 'slaney',
  melNorm: 'slaney',
  power: 2,
  compression: 'decibel',
  windowSeconds: 1.2,
  windowsPerTrack: 3,
};

export function fixture(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
}

export function temporaryDirectory(
  context: TestContext | { after(hook: () => void): void },
): string {
  const directory = mkdtempSync(join(tmpdir(), 'consonance-audio-'));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes a changed copy of a fixture and returns its path. */
export function changedFixture(
  directory: string,
  name: string,
  newName: string,
  change: (data: Buffer) => Buffer,
): string {
  const path = join(directory, newName);
  writeFileSync(path, change(Buffer.from(readFileSync(fixture(name)))));
  return path;
}

/** Amplitude of a sine of this frequency in the signal (one bin of a Fourier transform). */
export function amplitudeAt(samples: Float32Array, frequency: number, sampleRate: number): number {
  let real = 0;
  let imaginary = 0;
  samples.forEach((sample, index) => {
    const angle = (2 * Math.PI * frequency * index) / sampleRate;
    real += sample * Math.cos(angle);
    imaginary += sample * Math.sin(angle);
  });
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}

export function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0);
}

export function hasCode(code: string, ...named: string[]): (error: unknown) => boolean {
  return (error) => {
    const { code: received, message } = error as { code: string; message: string };
    const missing = named.filter((name) => !message.includes(name));
    if (received === code && missing.length === 0) return true;
    throw new Error(
      `Expected ${code} naming ${named.join(', ')} but received ${received}: ${message}`,
    );
  };
}
