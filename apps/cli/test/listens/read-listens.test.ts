import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { entriesOf } from '@consonance/recommender';
import { ListensError } from '../../src/listens/listens.ts';
import { readListens } from '../../src/listens/read-listens.ts';
import { folderWith } from './fixtures.ts';

const refuses = (location: string, message: RegExp) =>
  assert.rejects(
    readListens(location),
    (error) => error instanceof ListensError && message.test(error.message),
  );

describe('a CSV file of listens', () => {
  test('is read with quotes and a byte order mark; repeated rows add up; times are the first', async (t) => {
    const folder = await folderWith(t, {
      'listens.csv':
        '\ufeffuser,item,plays,timestamp\r\n' +
        'ann,"Böhm, K.",2,2020-01-02T00:00:00Z\r\n' +
        'bob,x,1,1577836800\r\n' +
        'ann,"Böhm, K.",3,1577836800\r\n',
    });
    const listens = await readListens(path.join(folder, 'listens.csv'));
    assert.equal(listens.name, 'listens.csv');
    assert.deepEqual(listens.itemIds, ['Böhm, K.', 'x']);
    assert.deepEqual([...entriesOf(listens.interactions, 0).values], [5]);
    assert.equal(listens.timeOf!(0, 0), 1577836800_000);
    assert.deepEqual(listens.warnings, []);
  });

  test('may do without times; one missing time is no times', async (t) => {
    const folder = await folderWith(t, {
      'a.csv': 'user,item,plays\nu,i,1\n',
      'b.csv': 'user,item,plays,timestamp\nu,i,1,5\nu,j,1,\n',
    });
    for (const name of ['a.csv', 'b.csv']) {
      assert.equal((await readListens(path.join(folder, name))).timeOf, undefined);
    }
  });

  test('bad rows are named with their line, and the rest goes on', async (t) => {
    const rows = ['u,i,1', 'u,,1', ',i,1', 'u,i,0', 'u,i,many', 'u,i', 'u,i,-1', 'u,j,2'];
    const folder = await folderWith(t, { 'a.csv': `user,item,plays\n${rows.join('\n')}\n` });
    const { interactions, warnings } = await readListens(path.join(folder, 'a.csv'));
    assert.equal(interactions.indices.length, 2);
    assert.equal(warnings.length, 6);
    assert.match(warnings[0]!, /a\.csv, line 3: expected an item/);
    assert.match(warnings[2]!, /line 5: expected a positive number of plays/);
    assert.match(warnings[5]!, /1 more such lines/);
  });

  test('a bad time is a bad row', async (t) => {
    const folder = await folderWith(t, {
      'a.csv': 'user,item,plays,timestamp\nu,i,1,yesterday\nu,j,1,7\n',
    });
    const { interactions, warnings } = await readListens(path.join(folder, 'a.csv'));
    assert.equal(interactions.indices.length, 1);
    assert.match(warnings[0]!, /line 2: expected a timestamp/);
  });

  test('known items: others are left out and counted, and unplayed ones are there', async (t) => {
    const folder = await folderWith(t, {
      'a.csv': 'user,item,plays\nu,/music/b.mp3,1\nu,zzz,4\nv,a,2\n',
    });
    const { interactions, itemIds, warnings } = await readListens(path.join(folder, 'a.csv'), {
      items: ['a', 'b', 'c'],
      itemOf: (word) => (word === '/music/b.mp3' ? 'b' : word),
    });
    assert.deepEqual(itemIds, ['a', 'b', 'c']);
    assert.equal(interactions.items, 3);
    assert.deepEqual([...interactions.indices], [1, 0]);
    assert.deepEqual(warnings, ['1 listens are of unknown items']);
  });

  test('without a needed column, without listens, or absent, it is refused by name', async (t) => {
    const folder = await folderWith(t, {
      'a.csv': 'user,song,plays\nu,i,1\n',
      'b.csv': 'user,item,plays\n',
      'c.csv': 'user,item,plays\n"u,i,1\n',
      'd.txt': 'no listens',
    });
    await refuses(path.join(folder, 'a.csv'), /column "item" in ".*a\.csv" but found user, song/);
    await refuses(path.join(folder, 'b.csv'), /found none in ".*b\.csv"/);
    await refuses(path.join(folder, 'c.csv'), /"c\.csv|c\.csv" cannot be read/);
    await refuses(path.join(folder, 'nothing.csv'), /does not exist/);
    await refuses(folder, /user_artists\.dat or user_artist_data/);
  });
});

test('HetRec Last.fm: tab-separated, quotes are letters, tag names in Latin-1', async (t) => {
  const folder = await folderWith(t, {
    'user_artists.dat': 'userID\tartistID\tweight\r\n2\t51\t13883\r\n2\t52\t11690\r\n3\t51\t1\r\n',
    'tags.dat': Buffer.from('tagID\ttagValue\r\n1\tmúsica "folk\r\n2\trock\r\n', 'latin1'),
    'user_taggedartists.dat':
      'userID\tartistID\ttagID\tday\tmonth\tyear\r\n2\t51\t1\t1\t4\t2009\r\n3\t52\t9\t1\t4\t2009\r\n',
  });
  const { interactions, itemIds, tags, timeOf, warnings } = await readListens(folder);
  assert.deepEqual([interactions.users, interactions.items], [2, 2]);
  assert.deepEqual([...entriesOf(interactions, 0).values], [13883, 11690]);
  assert.deepEqual(itemIds, ['51', '52']);
  assert.deepEqual(tags, [{ item: '51', tag: 'música "folk' }]);
  assert.equal(timeOf, undefined);
  assert.deepEqual(warnings, []);
});

test('Audioscrobbler: user, artist and plays between spaces', async (t) => {
  const folder = await folderWith(t, {
    'user_artist_data_small.txt': '1059637 1000010 238\n1059637 1000049 1\n7 1000010 3\n',
  });
  const { name, interactions, tags } = await readListens(folder);
  assert.equal(name, 'Audioscrobbler');
  assert.deepEqual([...interactions.values], [238, 1, 3]);
  assert.equal(tags, undefined);
});
