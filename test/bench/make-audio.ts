/** Real-looking inputs for benchmarks: demo clips joined and encoded as stereo MP3. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FF_ENCODER_LIBMP3LAME } from 'node-av/constants';
import { Decoder, Demuxer, Encoder, FilterAPI, Muxer, pipeline } from 'node-av/api';
import { root } from '../run.ts';

/** All clips of the demo library, sorted. */
export async function demoClips(): Promise<string[]> {
  const demo = path.join(root, 'demo', 'library');
  const entries = await readdir(demo, { recursive: true });
  return entries
    .filter((name) => name.endsWith('.ogg'))
    .sort()
    .map((name) => path.join(demo, name));
}

/** Joins clips into one MP3: stereo, 44.1 kHz, 256 kb/s. */
export async function makeMp3(clips: readonly string[], target: string): Promise<void> {
  const list = `${target}.txt`;
  await writeFile(list, clips.map((clip) => `file '${clip.replaceAll("'", "'\\''")}'`).join('\n'));
  const input = await Demuxer.open(list, { format: 'concat', options: { safe: '0' } });
  const decoder = await Decoder.create(input.audio()!);
  const filter = FilterAPI.create(
    'aformat=sample_fmts=fltp:sample_rates=44100:channel_layouts=stereo',
  );
  const encoder = await Encoder.create(FF_ENCODER_LIBMP3LAME, { bitrate: '256k' });
  const output = await Muxer.open(target);
  await pipeline(input, decoder, filter, encoder, output).completion;
}

/** Copies of an MP3, each with a title of its own (ID3v1), so that it counts as another content. */
export async function copyMp3(source: string, folder: string, copies: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const bytes = await readFile(source);
  for (let i = 0; i < copies; i++) {
    const tag = Buffer.alloc(128);
    tag.write(`TAGcopy ${i}`);
    await writeFile(path.join(folder, `${i}.mp3`), Buffer.concat([bytes, tag]));
  }
}
