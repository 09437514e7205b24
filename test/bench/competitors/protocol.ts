/**
 * What the processes with competitors are asked, one JSON line each. The first line that they write is
 * `{ versions: { [task]: { [peer]: version } } }`, then one reply for each request.
 */
export interface Request {
  task: 'mel' | 'file' | 'search';
  peer: string;
  /** Made ready once, outside of the timed run. */
  settings: FrontEnd | SearchSettings;
  /** mel: file of float32 samples; file: audio file; search: file of one float32 query. */
  input: string;
  /** Where the result goes as float32 (mel, file: power, bands x frames; search: rows); absent: nowhere. */
  out?: string;
  /** Runs one after the other, until they took so much CPU time; absent: one. */
  seconds?: number;
}

/** CPU time of the median run, children included; or why there is none. */
export type Reply = { milliseconds: number } | { error: string };

export type Versions = Record<Request['task'], Record<string, string>>;

export interface FrontEnd {
  sampleRate: number;
  fftSize: number;
  hopLength: number;
  melBands: number;
  /** For librosa as a reference only; absent: Slaney's. */
  melScale?: 'htk';
}

export interface SearchSettings {
  /** File of float32, rows x columns. */
  matrix: string;
  columns: number;
  /** Rows of the matrix. */
  songs: number;
  /** How many rows are wanted. */
  best: number;
}
