import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  eventsFrom,
  formatJspf,
  formatM3u8,
  formatPlaylistJson,
  matchRecords,
  type Parsed,
  parseLastFm,
  parseListenBrainz,
  parseM3u8,
  parseScrobbles,
  RecommenderError,
  type Song,
} from '../src/index.ts';

const listen = (title: string, at = 1_600_000_000) => ({
  listened_at: at,
  inserted_at: 1,
  track_metadata: { artist_name: 'Artist', track_name: title, release_name: 'Album' },
});
const played = (line: number, title: string, at = 1_600_000_000) => ({
  line,
  kind: 'play',
  at,
  title,
  artist: 'Artist',
  album: 'Album',
});

describe('ListenBrainz', () => {
  test('reads JSON lines, one array, and an array over several lines', () => {
    const two = [listen('One'), listen('Two')];
    const expected = [played(1, 'One'), played(2, 'Two')];
    const lines = two.map((one) => JSON.stringify(one)).join('\r\n');
    assert.deepEqual(parseListenBrainz(`\uFEFF${lines}\n\n`).records, expected);
    assert.deepEqual(parseListenBrainz(JSON.stringify(two)).records, expected);
    assert.deepEqual(parseListenBrainz(JSON.stringify(two, null, 2)).records, expected);
  });

  test('reads feedback as likes and dislikes', () => {
    const { track_metadata } = listen('One');
    const feedback = [1, -1].map((score) => ({ created: 1_600_000_000, score, track_metadata }));
    const { records } = parseListenBrainz(feedback.map((one) => JSON.stringify(one)).join('\n'));
    assert.deepEqual(
      records.map(({ kind }) => kind),
      ['like', 'dislike'],
    );
  });

  // A listen and feedback in the shape of listenbrainz-server's export (listens/<year>/<month>.jsonl,
  // feedback.jsonl); the names are made up.
  const exported = {
    listen: {
      listened_at: 1_700_000_000.0,
      inserted_at: 1_700_000_060.123,
      track_metadata: {
        artist_name: 'Artist feat. Guest',
        track_name: 'Song',
        release_name: 'Album',
        additional_info: {
          submission_client: 'navidrome',
          submission_client_version: '0.58.0',
          tracknumber: 3,
          duration_ms: 201000,
          recording_mbid: '28b50c59-77e4-4254-a0bd-16797ddaa3ca',
          artist_mbids: ['1fc5d8e8-240c-4c0e-8c04-4b8c8d6a1a55'],
        },
        recording_msid: '3ad5b1d0-f09d-420b-b9fa-28aa3f454401',
        mbid_mapping: {
          recording_name: 'Song',
          recording_mbid: '28b50c59-77e4-4254-a0bd-16797ddaa3ca',
          release_mbid: null,
          artist_mbids: ['1fc5d8e8-240c-4c0e-8c04-4b8c8d6a1a55'],
          caa_id: null,
          caa_release_mbid: null,
          artists: [{ artist_credit_name: 'Artist', join_phrase: ' feat. ', artist_mbid: null }],
        },
      },
    },
    unmapped: {
      listened_at: 1_700_000_300,
      inserted_at: 1_700_000_300.5,
      track_metadata: {
        artist_name: 'Nobody',
        track_name: 'Unknown',
        additional_info: {},
        recording_msid: '7a1c7c3e-1111-4222-8333-444455556666',
        mbid_mapping: null,
      },
    },
    love: {
      recording_msid: null,
      recording_mbid: '28b50c59-77e4-4254-a0bd-16797ddaa3ca',
      score: 1,
      created: 1_700_000_400,
    },
    hate: {
      recording_msid: '7a1c7c3e-1111-4222-8333-444455556666',
      recording_mbid: null,
      score: -1,
      created: 1_700_000_500,
    },
    elsewhere: { recording_msid: 'never-heard', recording_mbid: null, score: 1, created: 1.7e9 },
  };

  test('reads the export: listens as plays, feedback that names its recordings by id only', () => {
    const { records, problems } = parseListenBrainz(
      Object.values(exported)
        .map((one) => JSON.stringify(one))
        .join('\n'),
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      records.map(({ kind, at }) => [kind, at]),
      [
        ['play', 1.7e9],
        ['play', 1_700_000_300],
        ['like', 1_700_000_400],
        ['dislike', 1_700_000_500],
        ['like', 1.7e9],
      ],
    );
    const songs = [
      { id: 'a', artist: 'Artist', title: 'Song', album: 'Album' },
      { id: 'b', artist: 'nobody', title: 'unknown' },
    ];
    const { matched, unmatched } = matchRecords(songs, records);
    assert.deepEqual(
      matched.map(({ record, songId }) => [record.kind, songId]),
      [
        ['play', 'a'],
        ['play', 'b'],
        ['like', 'a'],
        ['dislike', 'b'],
      ],
    );
    assert.deepEqual(
      unmatched.map(({ line }) => line),
      [5],
    );
  });

  test('feedback without any name of its recording, or with another score, is a problem', () => {
    const { records, problems } = parseListenBrainz(
      [
        { score: 1, created: 1.7e9, recording_msid: null, recording_mbid: null },
        { score: 0, created: 1.7e9, recording_msid: 'x' },
        { score: 1, created: null, recording_msid: 'x' },
        { recording_msid: 'x', blurb_content: 'pinned', created: 1.7e9 },
      ]
        .map((one) => JSON.stringify(one))
        .join('\n'),
    );
    assert.deepEqual(records, []);
    assert.match(problems[0]!.message, /a recording_msid or a recording_mbid for feedback/);
    assert.match(problems[1]!.message, /1 or -1 for score but received 0/);
    assert.match(problems[2]!.message, /a time from 1970 to 9999 for created but received null/);
    assert.match(problems[3]!.message, /an object for track_metadata/);
  });

  test('reports what is wrong with the line and the field, and goes on', () => {
    const { records, problems } = parseListenBrainz(
      [
        '{"cut off',
        JSON.stringify(listen('One')),
        JSON.stringify({ ...listen('x'), listened_at: 'yesterday evening' }),
        JSON.stringify({ ...listen('x'), listened_at: 1.7e15 }),
        JSON.stringify({ ...listen('x'), track_metadata: null }),
        JSON.stringify({ ...listen('x'), track_metadata: { artist_name: 'A', track_name: 7 } }),
        '42',
      ].join('\n'),
    );
    assert.deepEqual(records, [played(2, 'One')]);
    assert.deepEqual(
      problems.map(({ line }) => line),
      [1, 3, 4, 5, 6, 7],
    );
    assert.match(problems[1]!.message, /for listened_at but received "yesterday evening"/);
    assert.match(problems[2]!.message, /to 9999 for listened_at but received 1700000000000000/);
    assert.match(problems[3]!.message, /an object for track_metadata but received null/);
    assert.match(problems[4]!.message, /text for track_name but received 7/);
  });

  test('reads the whole lines of a damaged array', () => {
    const text = `[${JSON.stringify(listen('One'))},\n${JSON.stringify(listen('Two'))},\n{"list`;
    const { records, problems } = parseListenBrainz(text);
    assert.deepEqual(records, [played(1, 'One'), played(2, 'Two')]);
    assert.deepEqual(
      problems.map(({ line }) => line),
      [3],
    );
  });
});

describe('Last.fm', () => {
  const at = Date.UTC(2020, 11, 31, 23, 59) / 1000;

  test('reads exports with and without a header, and all their dates', () => {
    const expected = { kind: 'play', at, artist: 'A, B', title: '7" "Mix"', album: 'Album' };
    const row = (date: string) => `"A, B",Album,"7"" ""Mix""",${date}`;
    for (const date of [
      '31 Dec 2020 23:59',
      '"31 Dec 2020, 23:59"',
      '2020-12-31 23:59',
      '2020-12-31T23:59:00Z',
      `${at}`,
      `${at}000`,
    ]) {
      assert.deepEqual(parseLastFm(row(date)), {
        records: [{ line: 1, ...expected }],
        problems: [],
      });
    }
    const exported = `"uts","utc_time","artist","artist_mbid","album","album_mbid","track","track_mbid"
"${at}","31 Dec 2020, 23:59","A, B","","Album","","7"" ""Mix""",""`;
    assert.deepEqual(parseLastFm(exported).records, [{ line: 2, ...expected }]);
  });

  test('a missing album is no problem, a missing title, date or quote is', () => {
    const { records, problems } = parseLastFm(
      'artist,album,title,date\nA,,T,1600000000\nA,B,,1600000000\nA,B,T,\n"A,B,T,1600000000\nA,B,T,soon',
    );
    assert.deepEqual(records, [{ line: 2, kind: 'play', at: 1.6e9, artist: 'A', title: 'T' }]);
    assert.deepEqual(
      problems.map(({ line }) => line),
      [3, 4, 5, 6],
    );
    assert.match(problems[0]!.message, /text for title/);
    assert.match(problems[2]!.message, /closing quote for field 1/);
  });
});

describe('Subsonic scrobbles', () => {
  test('need a time and something to know the song by', () => {
    const { records, problems } = parseScrobbles(
      [
        { id: 'x1', time: 1_600_000_000_123 },
        { path: 'a/b.mp3', time: '2020-12-31T23:59:00Z' },
        { title: 'T', artist: 'A', album: 'B', time: 1_600_000_000, submission: true },
        { title: 'T', time: 1_600_000_000 },
        { id: 'x1', time: 1_600_000_000, submission: false },
        { id: 'x1' },
      ]
        .map((one) => JSON.stringify(one))
        .join('\n'),
    );
    assert.deepEqual(
      records.map(({ songId, path, title, at }) => [songId ?? path ?? title, at]),
      [
        ['x1', 1_600_000_000.123],
        ['a/b.mp3', Date.UTC(2020, 11, 31, 23, 59) / 1000],
        ['T', 1_600_000_000],
      ],
    );
    assert.deepEqual(
      problems.map(({ line }) => line),
      [4, 5, 6],
    );
  });
});

describe('Navidrome', () => {
  const at = Date.UTC(2025, 1, 14, 16, 50, 20) / 1000;
  const song = {
    path: 'Artist/Album/01 - Song.mp3',
    title: 'Song',
    artist: 'Artist',
    album: 'Album',
  };
  const expected = { line: 1, kind: 'play', at, ...song };

  test('scrobbles out of its database, as docs/recommending.md selects them', () => {
    // What `sqlite3 -json` prints: an array with one row a line.
    const rows = [
      { time: at, ...song },
      { time: at + 240, ...song, album: null },
    ];
    const printed = `[${rows.map((row) => JSON.stringify(row)).join(',\n')}]\n`;
    const { records, problems } = parseScrobbles(printed);
    assert.deepEqual(problems, []);
    const { album, ...second } = { ...expected, line: 2, at: at + 240 };
    assert.equal(album, 'Album');
    assert.deepEqual(records, [expected, second]);
  });

  test('its list of songs, and OpenSubsonic songs, tell the last play', () => {
    const id = 'e88c35e805e5bdfdd4cdd2a97c98d9f4';
    for (const one of [
      {
        playCount: 2,
        playDate: '2025-02-14T16:50:20Z',
        starred: false,
        starredAt: null,
        id,
        ...song,
      },
      { id, isDir: false, ...song, duration: 201, playCount: 2, played: '2025-02-14T16:50:20Z' },
    ]) {
      assert.deepEqual(parseScrobbles(JSON.stringify([one])).records, [
        { ...expected, songId: id },
      ]);
    }
    const never = parseScrobbles(JSON.stringify([{ id, playCount: 0, ...song }]));
    assert.match(
      never.problems[0]!.message,
      /a time from 1970 to 9999 for time but received nothing/,
    );
  });
});

describe('no text does harm', () => {
  const good: [(text: string) => Parsed, (title: string) => string][] = [
    [parseListenBrainz, (title) => JSON.stringify(listen(title))],
    [parseScrobbles, (title) => JSON.stringify({ title, artist: 'A', time: 1.6e9 })],
    [parseLastFm, (title) => `A,B,"${title.replaceAll('"', '""')}",1600000000`],
    [parseM3u8, (title) => `#EXTINF:1,A - ${title}\nsong.mp3`],
  ];
  const title = fc.stringMatching(/^[\p{L}\p{N}"'()]{1,12}$/u);
  const garbage = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.constantFrom('{"a":[}', '"', ',,,', '[', ']', '{}', 'null', '[[[', '"a"b,c', 'file://%ff'),
  );

  for (const [parse, lineOf] of good) {
    test(`${parse.name} never throws and never loses a good line`, () => {
      const lines = fc.array(
        fc.oneof(
          title.map((text) => ({ title: text, text: lineOf(text) })),
          garbage.map((text) => ({ title: undefined, text: text.replace(/[\r\n]/g, ' ') })),
        ),
      );
      fc.assert(
        fc.property(lines, (all) => {
          const { records, problems } = parse(all.map(({ text }) => text).join('\n'));
          const found = records.map((record) => record.title);
          let from = 0;
          for (const { title } of all) {
            if (title === undefined) continue;
            const at = found.indexOf(title, from);
            assert.ok(at >= 0, `${title} is lost`);
            from = at + 1;
          }
          for (const { line, message } of problems) {
            assert.ok(line >= 1 && message.startsWith('Expected '));
          }
        }),
        { numRuns: 300 },
      );
    });
  }
});

describe('playlists', () => {
  const entries = [
    { path: 'a/b.mp3', title: 'Two\nlines', artist: 'Artist', durationSeconds: 61.6 },
    { path: '#1 hit.mp3', title: 'Title' },
  ];

  test('M3U8 keeps titles on one line and protects names that start with #', () => {
    assert.equal(
      formatM3u8(entries),
      '#EXTM3U\n#EXTINF:62,Artist - Two lines\na/b.mp3\n#EXTINF:-1,Title\n./#1 hit.mp3\n',
    );
    assert.throws(() => formatM3u8([{ path: 'a\nb', title: '' }]), RecommenderError);
  });

  test('what M3U8 writes it reads back', () => {
    const name = fc
      .stringMatching(/^[^\r\n\\/\u2028\u2029]{1,20}$/u)
      .filter((s) => s.trim() === s && s !== '');
    const entry = fc.record({ path: name, title: fc.stringMatching(/^\w{1,9}$/) });
    fc.assert(
      fc.property(fc.array(entry), (all) => {
        const { records, problems } = parseM3u8(formatM3u8(all));
        assert.deepEqual(problems, []);
        assert.deepEqual(
          records.map(({ path, title }) => [path!.replace(/^\.\/(?=#)/, ''), title]),
          all.filter(({ path }) => !/^file:/i.test(path)).map(({ path, title }) => [path, title]),
        );
      }),
    );
  });

  test('M3U from elsewhere: back slashes, file URLs, comments, no information', () => {
    const { records } = parseM3u8(
      '\uFEFF#EXTM3U\r\n#EXTINF:12,A - B - C\r\nMusic\\a.mp3\r\n#EXTGRP:x\r\nfile:///m/b%20c.mp3\r\n',
    );
    assert.deepEqual(records, [
      { line: 3, kind: 'play', path: 'Music/a.mp3', artist: 'A', title: 'B - C' },
      { line: 5, kind: 'play', path: '/m/b c.mp3' },
    ]);
  });

  test('JSPF holds relative URIs and milliseconds, JSON the entries', () => {
    const { playlist } = JSON.parse(formatJspf('Mine', entries));
    assert.equal(playlist.title, 'Mine');
    assert.deepEqual(playlist.track[0], {
      location: ['a/b.mp3'],
      title: 'Two\nlines',
      creator: 'Artist',
      duration: 61600,
    });
    assert.deepEqual(playlist.track[1].location, ['%231%20hit.mp3']);
    assert.deepEqual(JSON.parse(formatPlaylistJson('Mine', entries)), {
      title: 'Mine',
      songs: entries,
    });
  });
});

describe('matching', () => {
  const songs: Song[] = [
    {
      id: '1',
      path: '/music/Björk/Homogenic/01 Jóga.flac',
      artist: 'Björk',
      title: 'Jóga',
      album: 'Homogenic',
    },
    { id: '2', path: '/music/x/Song.mp3', artist: 'X & Y', title: 'Song' },
    { id: '3', path: '/music/x/Song live.mp3', artist: 'X & Y', title: 'Song (Live)' },
    { id: '4', path: '/music/z/a.mp3', artist: 'Z', title: 'Twice', album: 'First' },
    { id: '5', path: '/music/z/b.mp3', artist: 'Z', title: 'Twice', album: 'Second (Deluxe)' },
    { id: '6' },
  ];
  const match = (record: object) => {
    const { matched, ambiguous, unmatched } = matchRecords(songs, [
      { line: 1, kind: 'play', ...record },
    ]);
    assert.equal(matched.length + ambiguous.length + unmatched.length, 1);
    return matched[0] ? [matched[0].songId, matched[0].by] : (ambiguous[0]?.songIds ?? 'unmatched');
  };

  test('by id, path, name, and name without brackets and guests', () => {
    assert.deepEqual(match({ songId: '6', title: 'Jóga', artist: 'Björk' }), ['6', 'id']);
    assert.deepEqual(match({ path: 'Bjo\u0308rk/Homogenic/01 Jo\u0301ga.flac' }), ['1', 'path']);
    assert.deepEqual(match({ path: 'C:\\music\\z\\a.mp3' }), ['4', 'path']);
    assert.equal(match({ path: 'y/a.mp3' }), 'unmatched');
    assert.deepEqual(match({ path: './z/a.mp3' }), ['4', 'path']);
    assert.deepEqual(match({ artist: 'BJORK', title: 'joga' }), ['1', 'name']);
    assert.deepEqual(match({ artist: 'x and y', title: 'Song' }), ['2', 'name']);
    assert.deepEqual(match({ artist: 'Björk feat. Nobody', title: 'Jóga (Remastered)' }), [
      '1',
      'base-name',
    ]);
    assert.deepEqual(match({ songId: 'gone', artist: 'Björk', title: 'Jóga' }), ['1', 'name']);
  });

  test('a playlist that points elsewhere finds no file and no song', () => {
    const elsewhere = [
      ...['../../../etc/passwd', '/music/../etc/passwd', '/proc/self/environ', '..', '/', '~/.ssh'],
      ...['file:///etc/passwd', 'http://127.0.0.1/Song.mp4', '\\\\server\\share\\a.mp4'],
    ];
    const { records } = parseM3u8(elsewhere.join('\n'));
    assert.equal(records.length, elsewhere.length);
    for (const record of records) assert.equal(match(record), 'unmatched', record.path);
    const part = fc.constantFrom('/', '\\', '..', '.', 'music', 'x', 'Song.mp3', '\0', 'C:', '');
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const found = match({ path: parts.join('') });
        assert.ok(found === 'unmatched' || found[0] === '2', String(found));
      }),
    );
  });

  test('an album decides between songs of one name; else they are reported', () => {
    assert.deepEqual(match({ artist: 'Z', title: 'Twice', album: 'second' }), ['5', 'name']);
    assert.deepEqual(match({ artist: 'Z', title: 'Twice' }), ['4', '5']);
    assert.deepEqual(match({ artist: 'X & Y', title: 'Song [Demo]' }), ['2', '3']);
    assert.equal(match({ artist: 'Nobody', title: 'Nothing' }), 'unmatched');
    assert.equal(match({ title: 'Jóga' }), 'unmatched');
  });

  test('matched records become events; those without a time are of now', () => {
    const { matched } = matchRecords(songs, [
      { line: 1, kind: 'like', songId: '1', at: 5 },
      { line: 2, kind: 'play', songId: '6' },
    ]);
    assert.deepEqual(eventsFrom(matched, 9), [
      { songId: '1', kind: 'like', at: 5 },
      { songId: '6', kind: 'play', at: 9 },
    ]);
  });
});
