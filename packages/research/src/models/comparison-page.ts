import {
  charts,
  confusionChart,
  type Html,
  intervalChart,
  learningCurves,
  lineChart,
  list,
  number,
  page,
  paragraph,
  section,
  table,
} from '@consonance/report';
import type { ComparedModel, ComparisonReport, Difference } from '../report-types.ts';
import { range } from './findings.ts';
import { dataParagraph, historyOf, withP } from './page-parts.ts';

/** The comparison as a page that needs nothing else. */
export function comparisonPage(report: ComparisonReport): string {
  const { models, differences, settings, leak } = report;
  const networks = models.filter(({ kind }) => kind === 'network');
  const overall = (
    name: string,
    read: (model: ComparedModel) => ComparedModel['scores']['macroF1'],
  ) =>
    intervalChart({
      title: name,
      xName: name,
      rows: models.map((model) => ({ name: model.name, ...read(model) })),
    });
  return page(
    'CNN and CRNN, compared',
    dataParagraph(report, settings),
    section('Findings', list(report.findings)),
    section(
      'Scores on the test clips',
      paragraph(
        'Precision, recall and F1 at a probability of 0.5; AUC one genre against the rest; means over the genres and the runs. Intervals hold 95 % of the resamples of artists and runs.',
      ),
      charts(
        overall('macro F1', ({ scores }) => scores.macroF1),
        overall('macro AUC', ({ scores }) => scores.macroAuc),
      ),
      scoreTable(models),
    ),
    section(
      'Differences',
      paragraph('On the same clips, resampled together; in favour of the first where positive.'),
      table(
        ['', 'macro F1', 'macro AUC', 'accuracy', 'McNemar p, each run'],
        differences.map(({ a, b, macroF1, macroAuc, accuracy, mcNemar }) => [
          `${a} less ${b}`,
          ...[macroF1, macroAuc, accuracy].map(withP),
          mcNemar.map(({ exactPValue }) => number(exactPValue)).join(', '),
        ]),
      ),
      charts(
        intervalChart({
          title: `AUC of each genre: ${differences[0]!.a} less ${differences[0]!.b}`,
          xName: 'difference in AUC',
          rows: genreRows(differences[0]!.perLabel),
        }),
      ),
    ),
    ...models.map(modelSection),
    embeddingSection(report),
    section('Learning curves', learningCurves(networks.flatMap(({ runs }) => runs.map(historyOf)))),
    ...(leak.length > 0 ? [leakSection(leak)] : []),
  );
}

const genreRows = (perLabel: { label: string; auc: Difference }[]) =>
  perLabel.map(({ label, auc }) => ({ name: label, ...auc }));

const scoreTable = (models: readonly ComparedModel[]): Html =>
  table(
    [
      ...['model', 'parameters', 'macro F1', 'macro AUC', 'macro PR-AUC', 'precision', 'recall'],
      ...['accuracy', 'calibration error', 'Brier'],
    ],
    models.map(({ name, parameters, scores }) => [
      name,
      parameters === null ? '–' : parameters.toLocaleString('en'),
      ...[
        ...[scores.macroF1, scores.macroAuc, scores.macroAveragePrecision, scores.macroPrecision],
        ...[scores.macroRecall, scores.accuracy, scores.calibrationError, scores.brier],
      ].map(range),
    ]),
  );

function modelSection(model: ComparedModel): Html {
  const { name, scores, confusion, roc, precisionRecall, reliability } = model;
  const labels = scores.perLabel.map(({ label }) => label);
  const series = (curves: ComparedModel['roc']) =>
    curves.filter(({ x }) => x.length > 0).map(({ label, x, y }) => ({ name: label, x, y }));
  const unit: [number, number] = [0, 1];
  const areas = (column: 'auc' | 'averagePrecision') =>
    table(
      ['genre', 'area'],
      scores.perLabel.map((row) => [row.label, range(row[column])]),
    );
  const known = reliability.filter(({ meanProbability }) => meanProbability !== null);
  return section(
    name,
    table(
      ['genre', 'clips', 'precision', 'recall', 'F1', 'AUC', 'PR-AUC'],
      scores.perLabel.map((row) => [
        ...[row.label, String(row.support)],
        ...[row.precision, row.recall, row.f1, row.auc, row.averagePrecision].map(range),
      ]),
    ),
    charts(
      lineChart({
        title: `${name}: ROC, one genre against the rest`,
        xName: 'false positive rate',
        yName: 'true positive rate',
        diagonal: true,
        series: series(roc),
        xRange: unit,
        yRange: unit,
        numbers: areas('auc'),
      }),
      lineChart({
        title: `${name}: precision over recall`,
        xName: 'recall',
        yName: 'precision',
        xRange: unit,
        yRange: unit,
        series: series(precisionRecall),
        numbers: areas('averagePrecision'),
      }),
      confusionChart(`${name}: confusion matrix, clips of all runs`, labels, confusion),
      lineChart({
        title: `${name}: what its probabilities are worth`,
        xName: 'mean probability',
        yName: 'share of true genres',
        diagonal: true,
        xRange: unit,
        yRange: unit,
        series: [
          {
            name,
            x: known.map(({ meanProbability }) => meanProbability!),
            y: known.map(({ shareTrue }) => shareTrue),
          },
        ],
      }),
    ),
  );
}

const leakSection = (leak: ComparisonReport['leak']): Html =>
  section(
    'What a random split hides',
    paragraph('The same networks, trained and tested on splits that ignore the artists.'),
    table(
      ['', 'macro F1, by artist', 'at random', 'macro AUC, by artist', 'at random'],
      leak.map(({ model, byArtist, atRandom }) => [
        model,
        range(byArtist.macroF1),
        range(atRandom.macroF1),
        range(byArtist.macroAuc),
        range(atRandom.macroAuc),
      ]),
    ),
  );

const embeddingSection = ({ embeddings }: ComparisonReport): Html =>
  section(
    'What each layer is worth as an embedding',
    paragraph(
      'Test clips search among all others, but those of their artist and work. An asterisk marks the vector that the network gives as its embedding. Hubness: above 1, a few clips are met everywhere.',
    ),
    table(
      ['', 'numbers', 'precision@5', 'less timbre', 'recall@50', 'silhouette', 'hubness'],
      embeddings.map((row) => [
        `${row.model}${row.layer && `: ${row.layer}`}${row.layer && row.isEmbedding ? ' *' : ''}`,
        String(row.dimensions),
        range(row.precisionAt5),
        withP(row.againstTimbre),
        range(row.recallAt50),
        range(row.silhouette),
        number(row.hubness, 2),
      ]),
    ),
  );
