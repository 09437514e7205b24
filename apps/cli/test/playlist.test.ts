import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatM3u8 } from '../src/playlist.ts';

test('paths are relative to the playlist, titles stay on one line, names with # survive', () => {
  const text = formatM3u8(
    [
      { path: '/music/a/Song.mp3', title: 'Song', artist: 'A', durationSeconds: 61.6 },
      { path: '/music/lists/#1 hit.ogg', title: 'Two\nlines' },
    ],
    '/music/lists/out.m3u8',
  );
  assert.equal(
    text,
    [
      '#EXTM3U',
      '#EXTINF:62,A - Song',
      '../a/Song.mp3',
      '#EXTINF:-1,Two lines',
      './#1 hit.ogg',
      '',
    ].join('\n'),
  );
});
