/**
 * Provisions the weights of MusiCNN (Pons and Serra 2019) out of the Python wheel that carries them:
 * 29 MB fetched, 3 MB kept. pip checks the wheel's SHA-256, this script that of the result. Made in a
 * temporary place and renamed, so an interrupted run leaves nothing half done. Node 20, no dependencies.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { notFetched, python } from './python.mjs';

const version = '0.1.0';
const model = 'MSD_musicnn';
const sha256 = '38a42f047ae2cae3fd11ce375dd80570e767763fb0f84ef3cad869f1a5b5223e';
const scripts = path.join(import.meta.dirname, 'musicnn');

/** Resolves to { changed } once .cache/musicnn/<version>/MSD_musicnn.safetensors is there and whole. */
export async function provisionMusicnn({ root, log = console.error }) {
  const weights = path.join(root, '.cache', 'musicnn', version, `${model}.safetensors`);
  if (isWhole(weights)) return { changed: false };
  log(`Fetching the weights of MusiCNN ${version} (29 MB) ...`);
  const temporary = `${path.dirname(weights)}.${process.pid}.tmp`;
  mkdirSync(temporary, { recursive: true });
  try {
    const made = path.join(temporary, path.basename(weights));
    await python([
      ...['-m', 'pip', 'download', '--disable-pip-version-check', '--quiet', '--no-deps'],
      ...['--only-binary=:all:', '--require-hashes', '--dest', temporary],
      ...['-r', path.join(scripts, 'requirements.txt')],
    ]);
    const wheel = readdirSync(temporary).find((name) => name.endsWith('.whl'));
    await python([path.join(scripts, 'convert.py'), path.join(temporary, wheel), model, made]);
    if (!isWhole(made)) throw new Error(`Expected the SHA-256 ${sha256} for ${made}.`);
    mkdirSync(path.dirname(weights), { recursive: true });
    renameSync(made, weights);
  } catch (error) {
    throw notFetched(`The weights of MusiCNN ${version}`, error.message);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return { changed: true };
}

const isWhole = (file) =>
  existsSync(file) && createHash('sha256').update(readFileSync(file)).digest('hex') === sha256;

if (pathToFileURL(process.argv[1]).href === import.meta.url) {
  await provisionMusicnn({ root: path.dirname(import.meta.dirname) });
}
