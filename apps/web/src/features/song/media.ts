/** What the server knows about a song's sound besides the procedures of the API. */

export interface Peaks {
  durationSeconds: number;
  peaks: number[];
}

export interface SpectrogramAxes {
  durationSeconds: number;
  /** `position`: 0 at the bottom, 1 at the top of the image. */
  frequencies: { hz: number; position: number }[];
}

export const peaksOf = (id: string) => fetchJson<Peaks>(`/media/peaks/${id}`);

export const spectrogramAxesOf = (id: string) =>
  fetchJson<SpectrogramAxes>(`/media/spectrogram/${id}.json`);

async function fetchJson<Value>(url: string): Promise<Value> {
  const response = await fetch(url);
  if (!response.ok) throw new Error('The sound of this song could not be read.');
  return (await response.json()) as Value;
}
