import {
  charts,
  type Html,
  intervalChart,
  learningCurves,
  list,
  page,
  paragraph,
  section,
  spectrogramChart,
  table,
} from '@consonance/report';
import { defaultFrontEnd } from '@consonance/models/training';
import type { AblationReport, Saliency } from '../report-types.ts';
import { range } from './findings.ts';
import { dataParagraph, historyOf, withP } from './page-parts.ts';
import { bandFrequency } from './saliency.ts';

/** The ablation as a page that needs nothing else. @param frames of a window */
export function ablationPage(report: AblationReport, frames: number): string {
  const { ablations, baseline, model, saliency } = report;
  const seconds = (frames * defaultFrontEnd.hopLength) / defaultFrontEnd.sampleRate;
  const rows = (score: 'macroAuc' | 'macroF1') =>
    ablations.map(({ name, difference }) => ({ name, ...difference[score] }));
  return page(
    `What makes the ${model.name} work`,
    dataParagraph(report, report.settings),
    section('Findings', list(report.findings)),
    section(
      'Changed, against the network as it is',
      paragraph(
        `As it is: macro AUC ${range(baseline.macroAuc)}, macro F1 ${range(baseline.macroF1)}, accuracy ${range(baseline.accuracy)}; ${model.parameters.toLocaleString('en')} parameters. Changes at inference use the same weights; retrained ones are other networks, with the same data and seeds.`,
      ),
      charts(
        intervalChart({
          title: 'Macro AUC less that of the network as it is',
          xName: 'difference in macro AUC',
          rows: rows('macroAuc'),
        }),
        intervalChart({
          title: 'Macro F1 less that of the network as it is',
          xName: 'difference in macro F1',
          rows: rows('macroF1'),
        }),
      ),
      table(
        ['', 'changed', 'parameters', 'macro AUC', 'difference', 'macro F1', 'difference'],
        ablations.map((row) => [
          `${row.name}: ${row.note}`,
          row.kind === 'inference' ? 'at inference' : 'and retrained',
          row.parameters === null ? '–' : row.parameters.toLocaleString('en'),
          range(row.macroAuc),
          withP(row.difference.macroAuc),
          range(row.macroF1),
          withP(row.difference.macroF1),
        ]),
      ),
      table(
        ['difference in AUC', ...ablations[0]!.perLabel.map(({ label }) => label)],
        ablations.map(({ name, perLabel }) => [name, ...perLabel.map(({ auc }) => range(auc))]),
        'Each genre',
      ),
    ),
    section(
      'What it listens to',
      paragraph(
        'The mean spectrogram of each genre’s test clips; the curves are what hiding 8 bands (right) or 2 s (above) takes from the true genre’s logit.',
      ),
      charts(...saliency.map((genre) => saliencyChart(genre, seconds))),
    ),
    section('Learning curves', learningCurves(model.runs.map(historyOf))),
  );
}

function saliencyChart(genre: Saliency, seconds: number): Html {
  const { label, clips, mel, byFrequency, byTime, frequencies } = genre;
  const bands = mel.length / byFrequency.length;
  return spectrogramChart({
    title: `${label}, ${clips} clips`,
    mel,
    seconds,
    frequencyOf: bandFrequency,
    overTime: { name: 'cost', x: genre.seconds, y: byTime.map(({ value }) => value) },
    overBands: {
      name: 'cost',
      x: byFrequency.map((_, i) => (i + 0.5) * bands),
      y: byFrequency.map(({ value }) => value),
    },
    numbers: table(
      ['hidden', 'cost in logits'],
      [
        ...frequencies.map((hz, i) => [`${hz} Hz`, range(byFrequency[i]!)]),
        ...genre.seconds.map((at, i) => [`${at.toFixed(0)} s`, range(byTime[i]!)]),
      ],
    ),
  });
}
