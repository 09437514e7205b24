/** A tiny data set of each layout, with everything that real ones get wrong. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { ModelError } from '../src/errors.ts';
import {
  type Clip,
  type Dataset,
  datasetNotes,
  loadDataset,
  manifestHash,
} from '../src/data/dataset.ts';
import { readWorks, writeManifest } from '../src/data/manifest.ts';

const recordings = fileURLToPath(new URL('../../audio/test/fixtures/', import.meta.url));
let root: string;
before(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'consonance-datasets-'));
});
after(() => rm(root, { recursive: true }));

/** Files of a data set, from a recording of the audio package or with the given text. */
async function lay(files: Record<string, { recording: string } | string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    if (typeof content === 'string') await writeFile(file, content);
    else await copyFile(path.join(recordings, content.recording), file);
  }
}
const tone = { recording: 'tone.mp3' };
const untagged = { recording: 'mono.mp3' };
const paths = (clips: readonly Clip[], from: string) =>
  clips.map((clip) => path.relative(path.join(root, from), clip.path));

describe('CSV manifest', () => {
  const labels = ['jazz', 'rock'];
  before(() => lay({ 'csv/a.ogg': 'x', 'csv/b.ogg': 'x' }));
  const load = async (text: string, name = 'manifest.csv') => {
    await lay({ [`csv/${name}`]: text });
    return loadDataset(path.join(root, 'csv', name), { labels });
  };

  test('reads paths relative to itself; missing columns are unknown', async () => {
    const { clips, kind, name } = await load(
      '\ufeffPath,label,artist,album,work,recorded,title\na.ogg,jazz,"A, B",,w1,yes,"x\ny"\nb.ogg,rock,,L,,no,\n',
    );
    assert.deepEqual([kind, name], ['csv', 'manifest.csv']);
    const file = (base: string) => path.join(root, 'csv', base);
    assert.deepEqual(clips, [
      {
        path: file('a.ogg'),
        label: 'jazz',
        artist: 'A, B',
        work: 'w1',
        corpus: '',
        recorded: true,
      },
      {
        path: file('b.ogg'),
        label: 'rock',
        artist: '',
        album: 'L',
        work: 'b.ogg',
        corpus: '',
        recorded: false,
      },
    ]);
    assert.equal((await load('path,label\na.ogg,jazz\nb.ogg,rock\n')).clips[1]!.recorded, true);
  });

  test('names every line that is wrong, before any time is spent', async () => {
    await assert.rejects(
      load(
        'path,label,recorded\na.ogg,"ja\nzz",\nb.ogg,,\n,jazz,\nc.ogg,rock,\na.ogg,rock,perhaps\n',
      ),
      (error: Error) =>
        [
          'line 3: the label "ja\nzz" is none of jazz, rock',
          'line 4: no label',
          'line 5: no path',
          'line 6: c.ogg is missing',
          'line 7: recorded is "perhaps"',
        ].every((part) => error.message.includes(part)),
    );
    await assert.rejects(
      load('path,label\na.ogg,jazz\na.ogg,rock\n'),
      /line 3: a\.ogg is also in line 2/,
    );
    await assert.rejects(load('path,label\na.ogg,jazz\n'), /Expected clips of rock .*found none/);
    await assert.rejects(load('path,label\na.ogg,jazz,more\n'), /manifest\.csv.*line 2/);
    await assert.rejects(load('file,genre\na.ogg,jazz\n'), /columns path and label .*file, genre/);
    await assert.rejects(load('path,label\n"a.ogg,jazz\n'), /manifest\.csv.*Quote Not Closed/);
    await assert.rejects(load(''), /Expected clips of jazz, rock/);
    await assert.rejects(loadDataset(path.join(root, 'none.csv')), /none\.csv but could not find/);
  });

  test('whatever its text, it is a data set of real files or an error that names it', async () => {
    const cell = fc.oneof(
      fc.constantFrom('a.ogg', 'b.ogg', '../csv/a.ogg', '../../../etc/nothing', '/', '..', '\0'),
      fc.constantFrom('jazz', 'rock', 'train', 'test', '', '"', 'constructor', '__proto__', 'path'),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 6 });
    const good = ['a.ogg', 'jazz', 'train'] as const;
    const table = fc
      .tuple(fc.constantFrom('split', 'work', '__proto__'), rows)
      .map(([name, all]) =>
        [['path', 'label', name], good, ['b.ogg', 'rock', 'test'], ...all].join('\n'),
      );
    const check = async (text: string) => {
      const result = await load(text, 'any.csv').catch((error: unknown) => error);
      if (result instanceof Error) {
        assert.ok(result instanceof ModelError, String(result.stack));
        assert.match(result.message, /any\.csv/);
      } else {
        for (const { path: file, label, split = 'test' } of (result as Dataset).clips) {
          assert.ok(existsSync(file) && labels.includes(label));
          assert.ok(['train', 'validation', 'test'].includes(split), String(split));
        }
      }
    };
    await check('path,label,split\na.ogg,jazz,constructor\nb.ogg,rock,constructor\n');
    await fc.assert(fc.asyncProperty(table, check), { numRuns: 100 });
  });

  test('knows its own split, for all lines or none', async () => {
    const { clips } = await load('path,label,split\na.ogg,jazz,training\nb.ogg,rock,test\n');
    assert.deepEqual(
      clips.map(({ split }) => split),
      ['train', 'test'],
    );
    await assert.rejects(
      load('path,label,split\na.ogg,jazz,train\nb.ogg,rock,\n'),
      /line 3: no split, which other lines have/,
    );
    await assert.rejects(
      load('path,label,split\na.ogg,jazz,train\nb.ogg,rock,exam\n'),
      /line 3: the split "exam"/,
    );
  });

  test('a manifest that is written reads back as the same data set; works can be left out', async () => {
    const before = await load(
      'path,label,artist,album,work,split\na.ogg,jazz,"A ""B""",L,w1,train\nb.ogg,rock,,,w2,test\n',
    );
    const copy = path.join(root, 'csv', 'elsewhere', 'copy.csv');
    await writeManifest(copy, before.clips);
    const { clips, manifestHash: hash } = await loadDataset(copy, { labels });
    assert.deepEqual(clips, before.clips);
    assert.equal(hash, before.manifestHash);
    const works = await readWorks(copy);
    assert.deepEqual([...works], ['w1', 'w2']);
    await assert.rejects(
      loadDataset(copy, { labels, excludedWorks: new Set(['w2']) }),
      /Expected clips of rock/,
    );
    await lay({ 'csv/no-works.csv': 'path\na\n' });
    await assert.rejects(readWorks(path.join(root, 'csv', 'no-works.csv')), /a column work/);
  });

  test('refuses options that make no sense', async () => {
    const file = path.join(root, 'csv', 'manifest.csv');
    const refused = (options: object) => assert.rejects(loadDataset(file, options), /Expected /);
    await refused({ label: ['a', 'b'] });
    await refused({ labels: ['jazz'] });
    await refused({ labels: ['jazz', 'jazz', 'rock'] });
    await refused({ maxPerGenre: 0 });
    await refused({ subset: 'small' });
    await refused({ subset: 'tiny' });
  });
});

describe('folder per genre', () => {
  before(() =>
    lay({
      'genres/Hip Hop/tagged.mp3': tone,
      'genres/Hip Hop/Some Artist/Some Album/song.mp3': untagged,
      'genres/Hip Hop/notes.txt': 'x',
      'genres/Hip Hop/.hidden.mp3': untagged,
      'genres/jazz/plain.mp3': untagged,
      'genres/jazz/empty.mp3': '',
      'genres/polka/a.mp3': untagged,
      'genres/readme.txt': 'x',
    }),
  );

  test('takes artist and album from tags, then from folders', async () => {
    const dataset = await loadDataset(path.join(root, 'genres'), { labels: ['hip-hop', 'jazz'] });
    assert.equal(dataset.kind, 'folder');
    assert.deepEqual(
      dataset.clips.map(({ label, artist, album, work }) => [work, label, artist, album]),
      [
        ['Hip Hop/Some Artist/Some Album/song.mp3', 'hip-hop', 'Some Artist', 'Some Album'],
        ['Hip Hop/tagged.mp3', 'hip-hop', 'Oscillator', 'Waves'],
        ['jazz/plain.mp3', 'jazz', '', undefined],
      ],
    );
    assert.deepEqual(
      dataset.skipped.map(({ path: file }) => path.relative(path.join(root, 'genres'), file)),
      ['jazz/empty.mp3', 'polka'],
    );
  });

  test('a CSV manifest of the same clips has the same hash', async () => {
    const labels = ['hip-hop', 'jazz'];
    const folder = await loadDataset(path.join(root, 'genres'), { labels });
    const rows = folder.clips.map(({ path: file, label, artist, album = '' }) =>
      [path.relative(path.join(root, 'genres'), file), label, artist, album].join(','),
    );
    await lay({ 'genres/list.csv': ['path,label,artist,album', ...rows.reverse()].join('\n') });
    const csv = await loadDataset(path.join(root, 'genres', 'list.csv'), { labels });
    assert.equal(csv.manifestHash, folder.manifestHash);
    const changed = csv.clips.map((clip, i) => (i === 0 ? { ...clip, artist: 'other' } : clip));
    assert.notEqual(manifestHash(changed), csv.manifestHash);
  });

  test('says which labels have no folder', async () => {
    await assert.rejects(
      loadDataset(path.join(root, 'genres')),
      /Expected clips of classical, .*rock in genres .*clips of hip-hop, jazz.*polka skipped/,
    );
  });
});

describe('FMA as distributed', () => {
  const tracks = [
    ',album,artist,set,set,track,track',
    ',title,name,split,subset,genre_top,title',
    'track_id,,,,,,',
    '2,"Album, one",AWOL,training,small,Hip-Hop,Food',
    '3,Album,AWOL,training,medium,Hip-Hop,"This\nWorld"',
    '5,Album,Other,validation,medium,Jazz,x',
    '10,Album,Third,test,medium,Jazz,x',
    '11,Album,Third,test,small,Jazz,no file',
    '20,Album,Third,test,small,Experimental,x',
    '26,Album,Third,test,small,,x',
    '30,Album,Third,test,small',
    '134,Album,Fourth,training,large,Jazz,x',
    '99134,Album,Fourth,training,small,Jazz,bad',
  ].join('\n');
  const labels = ['hip-hop', 'jazz'];
  before(() =>
    lay({
      'fma/fma_metadata/tracks.csv': tracks,
      'fma/fma_medium/000/000002.mp3': tone,
      'fma/fma_medium/000/000003.mp3': tone,
      'fma/fma_medium/000/000005.mp3': tone,
      'fma/fma_medium/000/000010.mp3': tone,
      'fma/fma_medium/099/099134.mp3': tone,
    }),
  );
  const fma = () => path.join(root, 'fma');

  test('maps genres and splits, and lists what it skips', async () => {
    const dataset = await loadDataset(fma(), { labels });
    assert.deepEqual(
      dataset.clips.map(({ label, artist, album, split }) => [label, artist, album, split]),
      [
        ['hip-hop', 'AWOL', 'Album, one', 'train'],
        ['hip-hop', 'AWOL', 'Album', 'train'],
        ['jazz', 'Other', 'Album', 'validation'],
        ['jazz', 'Third', 'Album', 'test'],
      ],
    );
    assert.equal(paths(dataset.clips, 'fma')[0], path.join('fma_medium', '000', '000002.mp3'));
    assert.deepEqual(dataset.leftOut, { 'genre Experimental': 1, 'no top genre': 1 });
    assert.deepEqual(
      dataset.skipped.map(({ path: file, reason }) => [path.basename(file), reason]),
      [
        ['000011.mp3', 'the file is missing'],
        ['099134.mp3', 'known to be empty or cut off'],
        ['tracks.csv line 12', 'the row is broken'],
      ],
    );
    const notes = datasetNotes(dataset).join('\n');
    assert.match(notes, /jazz: only 2 clips, all used/);
    assert.match(notes, /left out: 1 songs, genre Experimental/);
    assert.match(notes, /skipped: .*099134\.mp3: known to be/);
  });

  test('a smaller subset may lie in the folder of a larger one', async () => {
    await assert.rejects(loadDataset(fma(), { labels, subset: 'small' }), /Expected clips of jazz/);
    await assert.rejects(
      loadDataset(fma(), { labels, subset: 'large' }),
      /a subset that lies in .*fma for subset but received "large"/,
    );
  });

  test('refuses metadata that are not FMA’s', async () => {
    await lay({
      'other/fma_metadata/tracks.csv': ',album\n,title\ntrack_id,\n',
      'other/fma_small/x': 'x',
      'no-clips/fma_metadata/tracks.csv': tracks,
      'no-tracks/fma_metadata/genres.csv': '',
    });
    const refused = (name: string, message: RegExp) =>
      assert.rejects(loadDataset(path.join(root, name), { labels }), message);
    await refused('other', /three header rows .* received no artist\.name, .*set\.subset/);
    await refused('no-clips', /Expected one of fma_small, .* found none/);
    await refused('no-tracks', /Expected .*tracks\.csv but could not find it/);
  });
});

describe('library', () => {
  before(() => lay({ 'music/song.mp3': untagged }));
  const song = (artist: string, genres: string[], file = 'song.mp3') => ({
    path: path.join(root, 'music', file),
    artist,
    genres,
  });

  test('maps genre tags; what names no label or several is left out and counted', async () => {
    const dataset = await loadDataset([
      ...['a', 'b', 'c'].map((artist) => song(artist, ['Progressive Rock'])),
      ...['d', 'e', 'f'].map((artist) => song(artist, ['Hip Hop', 'Gangsta Rap'])),
      ...['g', 'h'].map((artist) => song(artist, ['Bebop', 'Be-Bop'])),
      song('i', ['Jazz Rock']),
      song('i', ['Pop', 'Ambient']),
      song('i', []),
      song('i', ['Drum & Bass'], 'gone.mp3'),
    ]);
    assert.deepEqual(dataset.labels, ['hip-hop', 'rock']);
    assert.deepEqual(
      dataset.genres.map(({ used }) => used),
      [3, 3],
    );
    assert.deepEqual(dataset.leftOut, {
      'genre tags that name none of the labels': 1,
      'genre tags that name several labels': 1,
      'jazz by fewer than three artists': 2,
      'no genre tag': 1,
    });
    assert.equal(dataset.skipped[0]!.reason, 'the file is missing');
  });

  test('takes other labels, and says what is missing', async () => {
    const songs = [song('a', ['Black Metal']), song('b', ['Metal']), song('c', ['punk'])];
    const { genres } = await loadDataset(songs, { labels: ['metal', 'rock', 'punk'] }).catch(
      (error: Error) => {
        assert.match(error.message, /Expected clips of rock in library .*metal, punk/);
        return loadDataset(songs, { labels: ['metal', 'punk'] });
      },
    );
    assert.deepEqual(genres, [
      { label: 'metal', available: 2, used: 2 },
      { label: 'punk', available: 1, used: 1 },
    ]);
    await assert.rejects(loadDataset([]), /at least two labels in library/);
  });

  test('the cap draws at random, and again the same for the same seed', async () => {
    const file = (i: number) => `${i}.mp3`;
    const songs = Array.from({ length: 40 }, (_, i) =>
      song(`artist ${i}`, [i % 2 ? 'rock' : 'jazz'], file(i)),
    );
    await lay(Object.fromEntries(songs.map((_, i) => [`music/${file(i)}`, 'x'])));
    const draw = async (seed: number) => {
      const dataset = await loadDataset(songs, { maxPerGenre: 8, seed, labels: ['rock', 'jazz'] });
      assert.match(datasetNotes(dataset)[0]!, /rock: 8 of 20 clips, drawn at random/);
      return paths(dataset.clips, 'music');
    };
    assert.equal((await draw(1)).length, 16);
    assert.deepEqual(await draw(1), await draw(1));
    assert.notDeepEqual(await draw(1), await draw(2));
  });
});
