import {
  type PlayerTrack,
  type Queue,
  append,
  current,
  emptyQueue,
  playNext,
  removeAt,
  step,
} from './queue.ts';

export interface PlayerState {
  queue: Queue;
  playing: boolean;
  /** Seconds. */
  position: number;
  /** Seconds; the library's value until the browser knows better. */
  duration: number;
  /** From 0 to 1. */
  volume: number;
  /** Why the current song cannot be heard. */
  error?: string;
}

/** A song that was left: `share` of it was heard, from 0 to 1. */
export interface Heard {
  track: PlayerTrack;
  share: number;
}

const volumeKey = 'consonance-volume';

/** One audio element and a queue for the whole page; React reads it through `usePlayer`. */
export class Player {
  readonly #listeners = new Set<() => void>();
  readonly #leavers = new Set<(heard: Heard) => void>();
  #audio: HTMLAudioElement | undefined;
  /** The current song ended, and has not been started again. */
  #hasEnded = false;
  #state: PlayerState = {
    queue: emptyQueue,
    playing: false,
    position: 0,
    duration: 0,
    volume: 1,
  };

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly state = () => this.#state;

  /** Seconds into the current song, to the millisecond; the state's `position` follows it in steps. */
  now = () => this.#audio?.currentTime ?? 0;

  /** Calls `leaver` with every song that ends or is left. */
  onLeave(leaver: (heard: Heard) => void) {
    this.#leavers.add(leaver);
    return () => void this.#leavers.delete(leaver);
  }

  /** Plays these songs from `index` on, `seconds` into it, in place of the queue. */
  play(tracks: readonly PlayerTrack[], index = 0, seconds = 0) {
    this.#open({ tracks, index }, seconds);
  }

  playNext(track: PlayerTrack) {
    this.#queueChanged(playNext(this.#state.queue, track));
  }

  append(tracks: readonly PlayerTrack[]) {
    this.#queueChanged(append(this.#state.queue, tracks));
  }

  removeAt(at: number) {
    const before = current(this.#state.queue);
    const queue = removeAt(this.#state.queue, at);
    if (current(queue) === before) this.#set({ queue });
    else this.#open(queue);
  }

  jumpTo(index: number) {
    this.#open({ ...this.#state.queue, index });
  }

  toggle() {
    if (!current(this.#state.queue)) return;
    if (this.#state.playing) this.#element().pause();
    else this.#start();
  }

  next() {
    const queue = step(this.#state.queue, 1);
    if (queue) this.#open(queue);
  }

  /** The start of the song, and from its first seconds the song before. */
  previous() {
    const queue = this.#state.position < 3 && step(this.#state.queue, -1);
    if (queue) this.#open(queue);
    else this.seek(0);
  }

  /** @param seconds from the start of the current song */
  seek(seconds: number) {
    if (!current(this.#state.queue)) return;
    const position = Math.min(Math.max(seconds, 0), this.#state.duration);
    this.#element().currentTime = position;
    this.#set({ position });
  }

  setVolume(volume: number) {
    this.#element().volume = volume;
    localStorage.setItem(volumeKey, String(volume));
  }

  #open(queue: Queue, position = 0) {
    this.#leave();
    this.#hasEnded = false;
    const track = current(queue);
    this.#set({ queue, position, duration: track?.durationSeconds ?? 0 });
    if (!track) return this.#silence();
    this.#element().src = `/media/stream/${track.id}`;
    this.#element().currentTime = position;
    announce(track);
    this.#start();
  }

  #queueChanged(queue: Queue) {
    if (current(this.#state.queue)) this.#set({ queue });
    else this.#open({ ...queue, index: 0 });
  }

  #start() {
    // Refused without a click, or replaced by the next song: the pause and error events tell.
    this.#element()
      .play()
      .catch(() => {});
  }

  #silence() {
    this.#element().pause();
    this.#element().removeAttribute('src');
  }

  #leave() {
    const { queue, position, duration } = this.#state;
    const track = current(queue);
    if (!track || this.#hasEnded || duration === 0 || position < 1) return;
    const share = Math.min(position / duration, 1);
    for (const leaver of this.#leavers) leaver({ track, share });
  }

  #element(): HTMLAudioElement {
    if (this.#audio) return this.#audio;
    const audio = new Audio();
    this.#audio = audio;
    const on = (type: string, change: () => Partial<PlayerState>) =>
      audio.addEventListener(type, () => this.#set(change()));
    on('playing', () => {
      this.#hasEnded = false;
      return { playing: true };
    });
    on('pause', () => ({ playing: false }));
    on('timeupdate', () => ({ position: audio.currentTime }));
    on('durationchange', () =>
      Number.isFinite(audio.duration) ? { duration: audio.duration } : {},
    );
    on('volumechange', () => ({ volume: audio.volume }));
    audio.addEventListener('error', () => {
      if (!audio.getAttribute('src')) return;
      this.#set({ playing: false, error: 'This song cannot be played.' });
    });
    audio.addEventListener('ended', () => {
      this.#set({ playing: false, position: this.#state.duration });
      this.#leave();
      // Where no song follows, this one stays the current one.
      this.#hasEnded = true;
      this.next();
    });
    audio.volume = Number(localStorage.getItem(volumeKey) ?? 1);
    this.#connectMediaKeys();
    return audio;
  }

  #connectMediaKeys() {
    const { mediaSession } = navigator;
    mediaSession.setActionHandler('play', () => this.toggle());
    mediaSession.setActionHandler('pause', () => this.toggle());
    mediaSession.setActionHandler('nexttrack', () => this.next());
    mediaSession.setActionHandler('previoustrack', () => this.previous());
    mediaSession.setActionHandler('seekto', ({ seekTime }) => this.seek(seekTime ?? 0));
  }

  #set(change: Partial<PlayerState>) {
    const { error: _, ...rest } = this.#state;
    // An error lasts until the song changes or plays.
    const lasting = 'queue' in change || change.playing ? rest : this.#state;
    this.#state = { ...lasting, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function announce({ id, title, artist, hasCover }: PlayerTrack) {
  navigator.mediaSession.metadata = new MediaMetadata({
    title,
    artist: artist ?? '',
    artwork: hasCover ? [{ src: `/media/cover/${id}` }] : [],
  });
}

export const player = new Player();
