import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { StudyStore } from '../src/index.ts';
import { emptyDatabase } from './helpers.ts';

let studies: StudyStore;

const frozen = { plan: { title: 'b' }, planHash: 'hash', modelId: 'model' };
const clips = ['x', 'y', 'z'].map((trackId, i) => ({
  clip: i + 1,
  trackId,
  arms: ['a', 'b'],
  attention: i === 2 ? 1 : null,
}));
const rating = (clip: number) => ({ clip, rating: 1, listenedSeconds: 12.5 });

/** An open study with this many who have entered, and chosen songs. */
async function openStudy(entered: number) {
  const { id } = await studies.add({ title: 'a' });
  await studies.open(id, frozen);
  const names = Array.from({ length: entered }, (_, i) => `${id} ${i}`);
  await studies.invite(id, names);
  const participants = [];
  for (const name of names) {
    const secrets = { secretHash: `secret ${name}`, withdrawalHash: `code ${name}` };
    const participant = (await studies.claim(name, secrets))!;
    await studies.takeNumber(participant);
    await studies.choose(participant.id, ['s'], clips);
    participants.push(participant);
  }
  return { id, participants };
}

describe('studies', () => {
  before(async () => {
    ({
      library: { studies },
    } = await emptyDatabase());
  });

  test('texts that PostgreSQL would refuse do no harm', async () => {
    const { plan } = await studies.add({ title: 'a\0b\ud800', arms: [{ name: '\0x' }] });
    assert.deepEqual(plan, { title: 'ab\ufffd', arms: [{ name: 'x' }] });
    assert.equal(await studies.find('\0'), undefined);
    assert.equal(await studies.remove('\0'), false);
    assert.equal(await studies.credit('\0', '\0', 'like'), false);
    await assert.rejects(studies.hasConsent('\0'), /Expected a name for listener/);
    assert.equal(await studies.hasConsent('\0ann'), false);
  });

  test('a plan changes until the study opens', async () => {
    const { id, plan, openedAt } = await studies.add({ title: 'a' });
    assert.deepEqual([plan, openedAt], [{ title: 'a' }, null]);
    assert.ok(await studies.setPlan(id, { title: 'b' }));
    assert.equal(await studies.close(id), false, 'a draft');
    assert.ok(await studies.open(id, frozen));
    assert.equal(await studies.open(id, frozen), false, 'twice');
    assert.equal(await studies.setPlan(id, { title: 'c' }), false);
    const study = (await studies.find(id))!;
    assert.deepEqual(
      [study.plan, study.planHash, study.modelId, study.closedAt],
      [{ title: 'b' }, 'hash', 'model', null],
    );
    assert.ok(await studies.close(id));
    assert.equal(await studies.close(id), false, 'twice');
    assert.ok((await studies.list()).some((one) => one.id === id));
    assert.ok(await studies.remove(id));
    assert.equal(await studies.find(id), undefined);
  });

  test('an invitation is taken once, however many try at once', async () => {
    const { id } = await studies.add({});
    await studies.invite(id, ['once']);
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        studies.claim('once', { secretHash: `s${i}`, withdrawalHash: `w${i}` }),
      ),
    );
    const taken = claims.filter((claim) => claim !== undefined);
    assert.equal(taken.length, 1);
    assert.equal(await studies.claim('never', { secretHash: 's', withdrawalHash: 'w' }), undefined);
    const secret = claims.findIndex((claim) => claim !== undefined);
    assert.equal((await studies.bySecret(`s${secret}`))?.id, taken[0]!.id);
    assert.deepEqual((await studies.byToken('once'))?.startedAt, taken[0]!.startedAt);
  });

  test('numbers follow each other, and one participant has one', async () => {
    const { id } = await studies.add({});
    await studies.invite(id, ['n1', 'n2', 'n3']);
    const entered = await Promise.all(
      ['n1', 'n2', 'n3'].map((token) =>
        studies.claim(token, { secretHash: `s ${token}`, withdrawalHash: `w ${token}` }),
      ),
    );
    const numbers = await Promise.all(
      [...entered, ...entered].map((participant) => studies.takeNumber(participant!)),
    );
    assert.deepEqual(numbers.slice(0, 3), numbers.slice(3));
    assert.deepEqual(numbers.slice(0, 3).toSorted(), [1, 2, 3]);
  });

  test('ratings are taken in order, again, and never after the end', async () => {
    const { id, participants } = await openStudy(1);
    const participant = participants[0]!.id;
    assert.equal(await studies.choose(participant, ['t'], clips), false, 'chosen already');
    assert.equal(await studies.rate(participant, rating(2)), false, 'the first is not rated');
    assert.ok(await studies.rate(participant, rating(1)));
    assert.ok(await studies.rate(participant, { ...rating(1), rating: 0 }), 'changed their mind');
    assert.equal(await studies.finish(participant), false);
    assert.ok(await studies.rate(participant, rating(2)));
    assert.ok(await studies.rate(participant, rating(3)));
    assert.equal(await studies.rate(participant, rating(4)), false, 'there is none');
    assert.deepEqual(
      (await studies.clips(participant)).map((clip) => [clip.rating, clip.listenedSeconds]),
      [0, 1, 1].map((value) => [value, 12.5]),
    );
    assert.ok(await studies.finish(participant));
    assert.ok(await studies.finish(participant), 'again');
    assert.equal(await studies.rate(participant, rating(1)), false, 'finished');
    const other = await openStudy(1);
    await studies.close(other.id);
    assert.equal(await studies.rate(other.participants[0]!.id, rating(1)), false, 'closed');
    assert.equal(await studies.finish(other.participants[0]!.id), false, 'closed');
    const [record] = await studies.records(id);
    assert.deepEqual(
      [record!.participant.number, record!.participant.seedIds, record!.clips],
      [
        1,
        ['s'],
        clips.map((clip, i) => ({ ...clip, rating: [0, 1, 1][i], listenedSeconds: 12.5 })),
      ],
    );
  });

  test('withdrawal deletes all of a participant and nothing else', async () => {
    const { id, participants } = await openStudy(3);
    for (const participant of participants) await studies.rate(participant.id, rating(1));
    assert.deepEqual(await studies.counts(id), {
      invited: 3,
      started: 3,
      finished: 0,
      withdrawn: 0,
      ratings: 3,
    });
    assert.ok(await studies.withdraw({ id: participants[0]!.id }));
    assert.ok(await studies.withdraw({ withdrawalHash: `code ${id} 1` }));
    assert.equal(await studies.withdraw({ withdrawalHash: 'no such code' }), false);
    assert.deepEqual(await studies.counts(id), {
      invited: 3,
      started: 3,
      finished: 0,
      withdrawn: 2,
      ratings: 1,
    });
    assert.deepEqual(await studies.clips(participants[0]!.id), []);
    assert.equal(await studies.byToken(participants[0]!.tokenHash), undefined);
    assert.deepEqual(
      (await studies.records(id)).map(({ participant }) => participant.number),
      [3],
    );
  });

  test('interleaving is remembered with consent, and forgotten without', async () => {
    assert.equal(await studies.hasConsent('ann'), false);
    await studies.setConsent('ann', true);
    await studies.setConsent('ann', true);
    assert.ok(await studies.hasConsent('ann'));
    const songs = [
      { trackId: 'x', team: 'a' as const },
      { trackId: 'y', team: 'b' as const },
    ];
    const session = await studies.addSession('ann', songs);
    assert.ok(await studies.credit(session, 'x', 'like'));
    assert.ok(await studies.credit(session, 'x', 'like'));
    assert.equal(await studies.credit(session, 'z', 'like'), false, 'was not in it');
    assert.equal(await studies.credit('none', 'x', 'like'), false);
    assert.deepEqual(await studies.sessions(), [
      { songs, credits: [{ trackId: 'x', kind: 'like' }] },
    ]);
    await studies.setConsent('ann', false);
    assert.deepEqual([await studies.hasConsent('ann'), await studies.sessions()], [false, []]);
  });
});
