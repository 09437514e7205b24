import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import type { Heard, Player as PlayerType } from '../src/player/player.ts';

/** What the player needs of a browser; the test plays. */
class FakeAudio extends EventTarget {
  static last: FakeAudio;
  currentTime = 0;
  duration = Number.NaN;
  volume = 1;
  src = '';

  constructor() {
    super();
    FakeAudio.last = this;
  }

  async play() {
    this.say('playing');
  }

  say(type: string) {
    this.dispatchEvent(new Event(type));
  }

  end() {
    this.currentTime = 30;
    for (const type of ['timeupdate', 'pause', 'ended', 'timeupdate']) this.say(type);
  }
}

const song = (id: string) => ({
  id,
  title: id,
  artist: null,
  durationSeconds: 30,
  hasCover: false,
});

let Player: typeof PlayerType;
let player: PlayerType;
let heard: Heard[];
const told = () => heard.map(({ track, share }) => `${track.id} ${share}`);

before(async () => {
  Object.assign(globalThis, {
    Audio: FakeAudio,
    MediaMetadata: class {},
    localStorage: { getItem: () => null },
  });
  Object.defineProperty(navigator, 'mediaSession', { value: { setActionHandler() {} } });
  ({ Player } = await import('../src/player/player.ts'));
});

beforeEach(() => {
  player = new Player();
  heard = [];
  player.onLeave((one) => heard.push(one));
});

test('every song that plays to its end is told once, the last one too', () => {
  player.play([song('a'), song('b')]);
  FakeAudio.last.end();
  assert.deepEqual(told(), ['a 1']);
  FakeAudio.last.end();
  assert.deepEqual(told(), ['a 1', 'b 1']);
  player.play([song('c')]);
  assert.deepEqual(told(), ['a 1', 'b 1']);
});

test('a song that is played again after its end is told again', () => {
  player.play([song('a')]);
  FakeAudio.last.end();
  player.toggle();
  FakeAudio.last.end();
  assert.deepEqual(told(), ['a 1', 'a 1']);
});
