import { SingleBar } from 'cli-progress';
import type { EpochReport, RunHooks, StepProgress } from '@consonance/models/training';
import { formatSeconds } from './progress.ts';

/** '12/50 epochs, ...': what an epoch came to, and how long the rest will take. */
export function formatEpoch(report: EpochReport, epochs: number, secondsLeft: number): string {
  const { validation } = report;
  const scores = { ...report, ...validation, labelLoss: report.labelLoss };
  const names = ['labelLoss', 'contrastLoss', 'distillationLoss', 'macroF1', 'macroAuc'] as const;
  const shown = [...names, 'accuracy', 'precisionAt5'] as const;
  const numbers = shown
    .filter((name) => scores[name] !== 0)
    .map((name) => `${name} ${scores[name].toFixed(3)}`);
  return [
    `epoch ${report.epoch}/${epochs}`,
    ...numbers,
    `validation loss ${validation.labelLoss.toFixed(3)}`,
    `${report.clipsPerSecond.toFixed(0)} clips/s`,
    `${formatSeconds(secondsLeft)} left`,
  ].join('  ');
}

/** 'epoch 3, loss 1.234, 56 clips/s'. */
const formatStep = ({ epoch, labelLoss, clipsPerSecond }: StepProgress): string =>
  `epoch ${epoch}, loss ${labelLoss.toFixed(3)}, ${clipsPerSecond.toFixed(0)} clips/s`;

/** A line an epoch on standard error; on a terminal also a bar within it. */
export function createTrainingDisplay(
  epochs: number,
  stream: NodeJS.WriteStream = process.stderr,
): { hooks: RunHooks; stop(): void } {
  const bar = stream.isTTY
    ? new SingleBar({
        format: '{bar} {value}/{total} {text}, {eta_formatted} left',
        barCompleteChar: '━',
        barIncompleteChar: '─',
        barsize: 28,
        hideCursor: true,
        clearOnComplete: true,
        stream,
      })
    : undefined;
  const show = (done: number, total: number, text: string) => {
    if (!bar) return;
    if (done <= 1 || !bar.isActive) bar.start(total, done, { text });
    else bar.update(done, { text });
    if (done === total) bar.stop();
  };
  const started = performance.now();
  let startedTraining: number | undefined;
  let epochsHere = 0;
  return {
    hooks: {
      onPreparation(what, done, total) {
        show(done, total, what);
        if (!bar && (done % 500 === 0 || done === total))
          stream.write(`${what} ${done}/${total}\n`);
      },
      onFailedClips(failed) {
        for (const { clip, message } of failed)
          stream.write(`left out: ${clip.path}: ${message}\n`);
      },
      onStep(progress) {
        startedTraining ??= performance.now();
        show(progress.step, progress.steps, formatStep(progress));
      },
      onEpoch(report) {
        const seconds = (performance.now() - (startedTraining ?? started)) / 1000 / ++epochsHere;
        stream.write(`${formatEpoch(report, epochs, (epochs - report.epoch) * seconds)}\n`);
      },
    },
    stop: () => bar?.stop(),
  };
}
