/** `total` = `done` + what remains; `done` = `analysed` + `reused` + `failed`. Counts of files. */
export interface AnalysisProgress {
  phase: 'analysing' | 'finished' | 'aborted';
  total: number;
  done: number;
  analysed: number;
  /** Same content as a file analysed in this run. */
  reused: number;
  failed: number;
  /** Smoothed over about the last 20 s; 0 before the first file is done. */
  filesPerSecond: number;
  /** Null before the first file is done. */
  etaSeconds: number | null;
  /** The file done last. */
  file?: string;
}

const smoothingSeconds = 20;

export class ProgressMeter {
  readonly #now: () => number;
  #counts = { analysed: 0, reused: 0, failed: 0 };
  #total: number;
  #last: number;
  #weightedFiles = 0;
  #weightedSeconds = 0;

  /** @param now the clock, in milliseconds */
  constructor(total: number, now: () => number) {
    this.#total = total;
    this.#now = now;
    this.#last = now();
  }

  add(outcome: 'analysed' | 'reused' | 'failed', files = 1): void {
    this.#counts[outcome] += files;
    this.#measure(files);
  }

  /**
   * For an analysis that others share: so many are left, and so many have failed, since it began. What was
   * added meanwhile counts, too.
   */
  remain(files: number, failed: number): void {
    const { analysed, failed: failedBefore } = this.#counts;
    const before = analysed + failedBefore;
    this.#total = Math.max(this.#total, before + files);
    const done = this.#total - files;
    const failedNow = Math.min(Math.max(failed, 0), done);
    this.#counts = { analysed: done - failedNow, reused: 0, failed: failedNow };
    this.#measure(done - before);
  }

  #measure(files: number): void {
    const seconds = (this.#now() - this.#last) / 1000;
    this.#last += seconds * 1000;
    // Files over seconds, both fading with time: right from the first file on, and never jumpy.
    const fading = Math.exp(-seconds / smoothingSeconds);
    this.#weightedFiles = this.#weightedFiles * fading + files;
    this.#weightedSeconds = this.#weightedSeconds * fading + seconds;
  }

  state(phase: AnalysisProgress['phase'], file?: string): AnalysisProgress {
    const { analysed, reused, failed } = this.#counts;
    const done = analysed + reused + failed;
    const filesPerSecond =
      this.#weightedSeconds > 0 ? this.#weightedFiles / this.#weightedSeconds : 0;
    return {
      phase,
      total: this.#total,
      done,
      ...this.#counts,
      filesPerSecond,
      etaSeconds: filesPerSecond > 0 ? (this.#total - done) / filesPerSecond : null,
      ...(file !== undefined && { file }),
    };
  }
}
