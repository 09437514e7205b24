import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { Track } from '@consonance/library';
import { playlistFile, writePlaylist } from '../src/playlist.ts';

test('the extension names the format, and paths are relative to the playlist', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'consonance-playlist-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const track = {
    id: '1',
    status: 'analysed' as const,
    tagGenres: [],
    size: 1,
    hasCover: false,
    addedAt: new Date(),
  };
  const tracks: Track[] = [
    {
      ...track,
      path: path.join(folder, 'a', 'Söng.mp3'),
      title: 'Song',
      artist: 'A',
      durationSeconds: 61.6,
    },
    { ...track, path: path.join(folder, 'lists', '#1 hit.ogg'), title: 'Two\nlines' },
  ];
  await mkdir(path.join(folder, 'lists'));
  const written = async (name: string) => {
    const file = path.join(folder, 'lists', name);
    await writePlaylist(tracks, file, 'Mix');
    return readFile(file, 'utf8');
  };
  assert.equal(
    await written('out.M3U8'),
    [
      '#EXTM3U',
      '#EXTINF:62,A - Song',
      '../a/Söng.mp3',
      '#EXTINF:-1,Two lines',
      './#1 hit.ogg',
      '',
    ].join('\n'),
  );
  const { playlist } = JSON.parse(await written('out.jspf'));
  assert.equal(playlist.title, 'Mix');
  assert.deepEqual(
    playlist.track.map(({ location }: { location: string[] }) => location[0]),
    ['../a/S%C3%B6ng.mp3', '%231%20hit.ogg'],
  );
  const { songs } = JSON.parse(await written('out.json'));
  assert.deepEqual(songs[0], {
    path: '../a/Söng.mp3',
    title: 'Song',
    artist: 'A',
    durationSeconds: 61.6,
  });
});

test('an unknown extension is refused before anything is done', () => {
  assert.equal(playlistFile('a.m3u8'), 'a.m3u8');
  for (const name of ['a.txt', 'm3u8', ''])
    assert.throws(() => playlistFile(name), /\.m3u8, \.jspf, \.json/);
});
