import { SingleBar } from 'cli-progress';

/** What long work reports; `total = done + remaining`, and `failed` files count as done. */
export interface Progress {
  total: number;
  done: number;
  failed: number;
  /** Smoothed, 0 until the first file is done. */
  filesPerSecond: number;
  /** Null until it can be estimated. */
  etaSeconds: number | null;
}

/** 75 -> '1 min 15 s'. */
export function formatSeconds(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

/** The first files carry the start of decoders and TensorFlow; an estimate from them would frighten. */
const filesBeforeEta = 5;

/** '34/77 files, 5.2 files/s, 8 s left, 0 failed'. */
export function formatProgress({
  total,
  done,
  failed,
  filesPerSecond,
  etaSeconds,
}: Progress): string {
  const left =
    done >= filesBeforeEta && done < total && etaSeconds !== null
      ? `, ${formatSeconds(etaSeconds)} left`
      : '';
  return `${done}/${total} files, ${filesPerSecond.toFixed(1)} files/s${left}, ${failed} failed`;
}

/**
 * Shows progress on standard error: a bar on a terminal, a line every few seconds elsewhere, so that
 * standard output stays clean for results.
 */
export function createProgressDisplay(
  stream: NodeJS.WriteStream = process.stderr,
  secondsBetweenLines = 5,
): { update(progress: Progress): void; stop(): void } {
  if (!stream.isTTY) {
    let last = performance.now();
    let lastDone = 0;
    return {
      update(progress) {
        if (progress.total === 0 || progress.done === lastDone) return;
        const now = performance.now();
        if (now - last < secondsBetweenLines * 1000 && progress.done < progress.total) return;
        last = now;
        lastDone = progress.done;
        stream.write(`${formatProgress(progress)}\n`);
      },
      stop() {},
    };
  }
  let bar: SingleBar | undefined;
  return {
    update(progress) {
      if (progress.total === 0) return;
      bar ??= startBar(stream, progress.total);
      bar.setTotal(progress.total);
      bar.update(progress.done, { text: formatProgress(progress) });
    },
    stop: () => bar?.stop(),
  };
}

function startBar(stream: NodeJS.WriteStream, total: number): SingleBar {
  const bar = new SingleBar({
    format: '{bar} {text}',
    barCompleteChar: '━',
    barIncompleteChar: '─',
    barsize: 28,
    hideCursor: true,
    stream,
  });
  bar.start(total, 0, { text: '' });
  return bar;
}
