/** Somebody who takes part in a study, by plain fetch as a browser would: with a cookie of their own. */
import assert from 'node:assert/strict';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the procedures' schemas check the shapes
type Json = any;

export class Participant {
  readonly #url: () => string;
  cookie = '';

  /** @param url of the server, which may be restarted elsewhere */
  constructor(url: () => string) {
    this.#url = url;
  }

  async query(name: string, input?: unknown): Promise<Json> {
    const search = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
    const { bytes } = await this.get(`/trpc/participation.${name}${search}`);
    return this.#data(JSON.parse(bytes.toString()));
  }

  async mutate(name: string, input: unknown = {}): Promise<Json> {
    const response = await fetch(`${this.#url()}/trpc/participation.${name}`, {
      method: 'POST',
      headers: {
        ...this.#headers(),
        'content-type': 'application/json',
        'x-consonance-request': '1',
      },
      body: JSON.stringify(input),
    });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) {
      assert.match(cookie, /HttpOnly; SameSite=Strict/);
      this.cookie = cookie.split(';')[0]!;
    }
    return this.#data((await response.json()) as Json);
  }

  /** Read to the end: a connection with an answer that nobody reads would keep the server from closing. */
  async get(path: string, headers: Record<string, string> = {}) {
    const response = await fetch(this.#url() + path, {
      headers: { ...this.#headers(), ...headers },
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, bytes };
  }

  /** From the link to the first clip. @returns the state */
  async begin(link: string, trackIds: readonly string[]): Promise<Json> {
    await this.mutate('enter', { token: tokenOf(link) });
    await this.mutate('consent');
    await this.mutate('soundChecked');
    return this.mutate('chooseSongs', { trackIds });
  }

  async rateAll(rating: (clip: Json) => number): Promise<void> {
    let state = await this.query('state');
    while (state.next !== null) {
      const clip = state.clips[state.next - 1];
      state = await this.mutate('rate', {
        clip: state.next,
        rating: rating(clip),
        listenedSeconds: 12,
      });
    }
    await this.mutate('finish');
  }

  #headers(): Record<string, string> {
    return this.cookie === '' ? {} : { cookie: this.cookie };
  }

  #data({ result, error }: { result?: Json; error?: Json }): Json {
    if (error) throw Object.assign(new Error(error.message), { reason: error.data.reason });
    return result.data;
  }
}

export const tokenOf = (link: string): string => new URL(link).searchParams.get('invitation')!;

/** What a participant who attends answers to a clip that asks for it. */
export const asked = ({ instruction }: Json): number | undefined =>
  instruction === null ? undefined : Number(/“like”/.test(instruction));
