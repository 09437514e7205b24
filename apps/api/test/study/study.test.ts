/** A listening study over the API: the experimenter's way, the participants' way, and what they may know. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { analyse, parseRatingsCsv, planHash } from '@consonance/study';
import { mutate, query, RequestError, type TestServer, testServer, until } from '../server.ts';
import { asked, Participant, tokenOf } from './participant.ts';

let api: TestServer;
let ids: string[];
const plan = {
  title: 'Blind test',
  arms: [
    { name: 'first', source: { kind: 'method', method: 1 }, songs: 2 },
    { name: 'second', source: { kind: 'method', method: 2 }, songs: 2 },
    { name: 'chance', source: { kind: 'random' }, songs: 2 },
  ],
  seedCount: 2,
  clipSeconds: 5,
  minimumListenSeconds: 2,
  seed: 7,
};
const participant = () => new Participant(() => api.server.url);
const reason = (code: string) => (error: unknown) => {
  const { reason } = error instanceof RequestError ? error.data : (error as { reason: string });
  assert.equal(reason, code, String(error));
  return true;
};

async function openStudy(count: number, changes: object = {}) {
  const { id } = await mutate(api, 'studies.create', { plan: { ...plan, ...changes } });
  await mutate(api, 'studies.open', { id });
  const { links } = await mutate(api, 'studies.invite', { id, count });
  return { id, links: links as string[] };
}

describe('a listening study', { timeout: 300_000 }, () => {
  before(async () => {
    api = await testServer(['jazz', 'rock', 'folk']);
    await api.server.consonance.addFolder(api.music);
    await until(
      () => query(api, 'analysis.state'),
      ({ state }) => state === 'idle',
    );
    const { tracks } = await query(api, 'library.tracks', { status: 'analysed' });
    ids = tracks.map(({ id }: { id: string }) => id);
    assert.equal(ids.length, 9);
  });
  after(() => api?.close());

  test('is drafted with defaults, refuses wrong plans, and is frozen under a hash', async () => {
    const draft = await mutate(api, 'studies.create', { plan: { title: 'Draft' } });
    assert.deepEqual(
      [draft.state, draft.hash, draft.plan.arms.length, draft.plan.scale],
      ['draft', null, 3, 'like'],
    );
    await assert.rejects(
      mutate(api, 'studies.create', { plan: { ...plan, titel: 'x' } }),
      reason('BAD_PLAN'),
    );
    await assert.rejects(
      mutate(api, 'studies.invite', { id: draft.id, count: 1 }),
      reason('STUDY_CLOSED'),
    );
    // Nine songs are not enough for 5 songs of the participant and 5 of an arm.
    await assert.rejects(mutate(api, 'studies.open', { id: draft.id }), reason('TOO_FEW_SONGS'));
    const played = [{ name: 'hits', source: { kind: 'popularity' }, songs: 1 }, plan.arms[0]];
    await mutate(api, 'studies.update', { id: draft.id, plan: { ...plan, arms: played } });
    await assert.rejects(mutate(api, 'studies.open', { id: draft.id }), reason('TOO_FEW_SONGS'));
    const set = { kind: 'set', trackIds: ['0'.repeat(12)] };
    const arms = [{ name: 'set', source: set, songs: 1 }, plan.arms[0]];
    await mutate(api, 'studies.update', { id: draft.id, plan: { ...plan, arms } });
    await assert.rejects(mutate(api, 'studies.open', { id: draft.id }), reason('UNKNOWN_SONG'));
    await mutate(api, 'studies.update', { id: draft.id, plan });
    const open = await mutate(api, 'studies.open', { id: draft.id });
    assert.deepEqual([open.state, open.hash], ['open', planHash(open.plan)]);
    await assert.rejects(
      mutate(api, 'studies.update', { id: draft.id, plan }),
      reason('NOT_DRAFT'),
    );
    await assert.rejects(mutate(api, 'studies.open', { id: draft.id }), reason('NOT_DRAFT'));
    const { participants, power } = await query(api, 'studies.power', {
      plan: { smallestEffect: 0.5, sampleSize: 34 },
    });
    assert.deepEqual([participants, power.toFixed(2)], [34, '0.81']);
    await mutate(api, 'studies.remove', { id: draft.id });
    await assert.rejects(query(api, 'studies.get', { id: draft.id }), reason('UNKNOWN_STUDY'));
  });

  test('an invitation is for one browser, which may come back', async () => {
    const { id, links } = await openStudy(2);
    const [link] = links as [string, string];
    assert.equal(Buffer.from(tokenOf(link), 'base64url').length, 32);
    assert.ok(link.startsWith(`${api.server.url}/take-part/?invitation=`), link);
    const ann = participant();
    await assert.rejects(ann.query('state'), reason('NOT_INVITED'));
    const first = await ann.mutate('enter', { token: tokenOf(link) });
    assert.deepEqual([first.phase, first.clipCount, first.next], ['consent', 0, null]);
    assert.deepEqual(await ann.mutate('enter', { token: tokenOf(link) }), first);
    const bob = participant();
    await assert.rejects(bob.mutate('enter', { token: tokenOf(link) }), reason('INVITATION_USED'));
    await assert.rejects(bob.mutate('enter', { token: 'x'.repeat(43) }), reason('NOT_INVITED'));
    await assert.rejects(ann.mutate('soundChecked'), reason('WRONG_PHASE'));
    await mutate(api, 'studies.close', { id });
    assert.equal((await ann.query('state')).phase, 'closed');
    await assert.rejects(
      bob.mutate('enter', { token: tokenOf(links[1]!) }),
      reason('STUDY_CLOSED'),
    );
  });

  test('goes from consent to the report, which agrees with the exported ratings', async () => {
    const { id, links } = await openStudy(4);
    const people = links.map(participant);
    const [ann, bob, cat, dan] = people as [Participant, Participant, Participant, Participant];
    await ann.mutate('enter', { token: tokenOf(links[0]!) });
    assert.equal((await ann.mutate('consent')).phase, 'sound');
    assert.equal((await ann.get('/study/sound-check')).status, 200);
    assert.equal((await ann.mutate('soundChecked')).phase, 'songs');
    const { tracks } = await ann.query('searchSongs', { text: 'vibe ac' });
    assert.deepEqual(
      tracks.map(({ title }: { title: string }) => title),
      ['Vibe Ace'],
    );
    assert.equal((await ann.query('searchSongs', { text: '' })).tracks.length, 9);
    assert.equal((await ann.get(`/study/song/${ids[0]}`)).status, 200);
    await assert.rejects(ann.mutate('chooseSongs', { trackIds: [ids[0]] }), reason('BAD_OPTION'));
    await assert.rejects(
      ann.mutate('chooseSongs', { trackIds: [ids[0], '0'.repeat(12)] }),
      reason('UNKNOWN_SONG'),
    );
    const chosen = await ann.mutate('chooseSongs', { trackIds: ids.slice(0, 2) });
    assert.equal(chosen.phase, 'rating');
    // Songs that several arms chose are one clip; the check is one more.
    assert.ok(chosen.clipCount >= 3 && chosen.clipCount <= 7, String(chosen.clipCount));
    const again = await ann.mutate('chooseSongs', { trackIds: ids.slice(2, 4) });
    assert.deepEqual(again, chosen, 'chosen once');
    const rate = (changes: object) =>
      ann.mutate('rate', { clip: 1, rating: 1, listenedSeconds: 5, ...changes });
    await assert.rejects(rate({ listenedSeconds: 1 }), reason('TOO_EARLY'));
    await assert.rejects(rate({ rating: 2 }), reason('BAD_OPTION'));
    await assert.rejects(rate({ clip: 2 }), reason('BAD_OPTION'));
    await assert.rejects(rate({ clip: 99 }), reason('BAD_OPTION'));
    await rate({});
    assert.deepEqual((await rate({})).next, 2, 'the same again');
    await assert.rejects(ann.mutate('finish'), reason('WRONG_PHASE'));
    await ann.rateAll((clip) => asked(clip) ?? clip.clip % 2);
    assert.equal((await ann.query('state')).phase, 'done');
    assert.equal((await ann.mutate('finish')).phase, 'done', 'again');
    await assert.rejects(rate({}), reason('WRONG_PHASE'));

    await bob.begin(links[1]!, ids.slice(2, 4));
    await bob.rateAll((clip) => asked(clip) ?? Number(clip.clip < 4));
    await cat.begin(links[2]!, ids.slice(4, 6));
    await cat.mutate('rate', { clip: 1, rating: 1, listenedSeconds: 3 });
    const { withdrawalCode } = await dan.begin(links[3]!, ids.slice(6, 8));
    await dan.mutate('rate', { clip: 1, rating: 1, listenedSeconds: 3 });
    const progress = await query(api, 'studies.progress', { id });
    assert.deepEqual(
      { ...progress, ratings: 0 },
      { invited: 4, started: 4, finished: 2, withdrawn: 0, ratings: 0, sampleSize: 34 },
    );
    await participant().mutate('withdrawByCode', { code: withdrawalCode.toLowerCase() });
    await assert.rejects(dan.query('state'), reason('NOT_INVITED'));
    await assert.rejects(
      participant().mutate('withdrawByCode', { code: withdrawalCode }),
      reason('NOT_INVITED'),
    );
    assert.equal((await query(api, 'studies.progress', { id })).withdrawn, 1);

    const page = () => participant().get(`/study/report/${id}`);
    assert.equal((await page()).status, 412);
    for (const name of ['report', 'exportCsv']) {
      await assert.rejects(query(api, `studies.${name}`, { id }), reason('STUDY_OPEN'));
    }
    const { hash, plan: frozen } = await mutate(api, 'studies.close', { id });
    await assert.rejects(
      cat.mutate('rate', { clip: 2, rating: 1, listenedSeconds: 3 }),
      reason('STUDY_CLOSED'),
    );
    const report = await query(api, 'studies.report', { id });
    assert.deepEqual([report.hash, report.report.participants.finished], [hash, 2]);
    assert.match((await page()).bytes.toString(), /<title>Blind test/);
    const { text } = await query(api, 'studies.exportCsv', { id });
    const recomputed = analyse(frozen, parseRatingsCsv(text));
    assert.deepEqual(report.report, JSON.parse(JSON.stringify(recomputed)));
    assert.match((await query(api, 'studies.codebook', { id })).text, /listenedSeconds/);
  });

  test('withdrawal deletes everything and ends the visit', async () => {
    const { id, links } = await openStudy(1);
    const ann = participant();
    await ann.begin(links[0]!, ids.slice(0, 2));
    await ann.mutate('rate', { clip: 1, rating: 1, listenedSeconds: 3 });
    await ann.mutate('withdraw');
    assert.equal(ann.cookie, 'consonance_study=');
    await assert.rejects(
      participant().mutate('enter', { token: tokenOf(links[0]!) }),
      reason('NOT_INVITED'),
    );
    assert.equal((await query(api, 'studies.progress', { id })).ratings, 0);
  });

  test('a plan that was changed after it was frozen is refused at the analysis', async () => {
    const { id } = await openStudy(1);
    await mutate(api, 'studies.close', { id });
    const { studies } = api.server.consonance.library;
    const { plan: frozen, planHash: hash, modelId } = (await studies.find(id))!;
    const tampered = { ...(frozen as object), alpha: 0.2 };
    await studies.remove(id);
    const { id: copy } = await studies.add(tampered);
    await studies.open(copy, { plan: tampered, planHash: hash!, modelId: modelId! });
    await studies.close(copy);
    await assert.rejects(query(api, 'studies.report', { id: copy }), reason('PLAN_CHANGED'));
    await assert.rejects(query(api, 'studies.exportCsv', { id: copy }), reason('PLAN_CHANGED'));
  });

  test('songs of a set stay out of the choice where the set has none to spare', async () => {
    const set = (trackIds: string[]) => [
      { name: 'set', source: { kind: 'set', trackIds }, songs: 2 },
      plan.arms[2],
    ];
    const short = await openStudy(1, { arms: set(ids.slice(0, 2)) });
    const ann = participant();
    const choose = (trackIds: string[]) => ann.mutate('chooseSongs', { trackIds });
    await assert.rejects(ann.begin(short.links[0]!, ids.slice(1, 3)), reason('UNKNOWN_SONG'));
    assert.equal((await ann.query('searchSongs', { text: '' })).tracks.length, 7);
    assert.equal((await choose(ids.slice(2, 4))).phase, 'rating');
    const long = await openStudy(1, { arms: set(ids.slice(0, 4)) });
    const bob = participant();
    assert.equal((await bob.begin(long.links[0]!, ids.slice(1, 3))).phase, 'rating');
  });

  test('nothing tells where a clip comes from', async () => {
    const people = 12;
    const { id, links } = await openStudy(people);
    const answers: string[] = [];
    const payloads: string[] = [];
    const order: string[][] = [];
    for (const [i, link] of links.entries()) {
      const someone = participant();
      const state = await someone.begin(link, [ids[i % 9]!, ids[(i + 1 + (i % 3)) % 9]!]);
      payloads.push(JSON.stringify(state));
      const records = await api.server.consonance.library.studies.records(id);
      const { clips } = records.at(-1)!;
      order.push(clips.map(({ arms }) => arms.join()));
      for (const { clip, trackId } of clips) {
        const { status, headers, bytes } = await someone.get(`/study/clip/${clip}`);
        const named = [...headers].filter(([name]) => !/^(date|x-request-id)$/.test(name));
        answers.push(JSON.stringify([status, named, bytes.length]));
        assert.ok(!payloads.at(-1)!.includes(trackId));
        assert.equal(headers.get('cache-control'), 'no-store');
        const part = await someone.get(`/study/clip/${clip}`, { range: 'bytes=0-99' });
        assert.deepEqual([part.status, part.bytes.length], [206, 100], 'as players ask');
        const later = await someone.get(`/study/clip/${clip + 2}`);
        assert.equal(later.status, 400, 'not before its turn');
        payloads.push(
          JSON.stringify(await someone.mutate('rate', { clip, rating: 1, listenedSeconds: 2 })),
        );
      }
    }
    assert.equal(new Set(answers).size, 1, [...new Set(answers)].join('\n'));
    for (const payload of payloads) {
      for (const word of ['first', 'second', 'chance', 'arm', 'method', 'random', ...ids]) {
        assert.ok(!payload.includes(word), `${word} in ${payload}`);
      }
      const { clips } = JSON.parse(payload) as { clips: { clip: number }[] };
      assert.deepEqual(
        clips.map(({ clip }) => clip),
        clips.map((_, i) => i + 1),
      );
    }
    // Every arm comes first for somebody, and nobody's order is everybody's.
    const firsts = new Set(order.flatMap(([first]) => first!.split(',')));
    assert.deepEqual([...firsts].sort(), ['chance', 'first', 'second']);
    assert.ok(new Set(order.map(String)).size > people / 2);
  });

  test('guesses at tokens and codes are stopped, those who were invited are not', async () => {
    const { links } = await openStudy(1);
    let refusal = '';
    for (let i = 0; i < 40 && refusal !== 'TOO_MANY_ATTEMPTS'; i++) {
      refusal = await participant()
        .mutate('enter', { token: `guess ${i}` })
        .catch((error) => error.reason);
    }
    assert.equal(refusal, 'TOO_MANY_ATTEMPTS');
    await assert.rejects(
      participant().mutate('withdrawByCode', { code: 'A' }),
      reason('TOO_MANY_ATTEMPTS'),
    );
    await api.restart();
    assert.equal(
      (await participant().mutate('enter', { token: tokenOf(links[0]!) })).phase,
      'consent',
    );
  });

  test('both methods in one list, credited, with consent', async () => {
    const next = (seedIds = ids.slice(0, 2)) =>
      mutate(api, 'interleaving.next', { listener: 'ann', seedIds, count: 4 });
    await assert.rejects(next(), reason('NO_CONSENT'));
    await mutate(api, 'interleaving.consent', { listener: 'ann', allowed: true });
    assert.deepEqual(await query(api, 'interleaving.status', { listener: 'ann' }), {
      allowed: true,
    });
    const empty = await query(api, 'interleaving.result');
    assert.deepEqual([empty.wins, empty.ties, empty.share], [0, 0, null]);
    const { sessionId, recommendations } = await next();
    assert.equal(recommendations.length, 4);
    assert.deepEqual(Object.keys(recommendations[0]), ['track']);
    const trackId = recommendations[0].track.id;
    await mutate(api, 'interleaving.credit', { sessionId, trackId, kind: 'like' });
    await assert.rejects(
      mutate(api, 'interleaving.credit', { sessionId, trackId: ids[0], kind: 'like' }),
      reason('UNKNOWN_SESSION'),
    );
    const { methods, wins, losses, ties } = await query(api, 'interleaving.result');
    assert.deepEqual([methods, wins + losses, ties], [['cosine', 'genre'], 1, 0]);
    const forgotten = 'z'.repeat(12);
    assert.equal((await next([forgotten, ids[0]!])).recommendations.length, 4);
    await assert.rejects(next([forgotten]), reason('UNKNOWN_SONG'));
    await mutate(api, 'interleaving.consent', { listener: 'ann', allowed: false });
    assert.equal((await query(api, 'interleaving.result')).wins, 0);
  });
});
