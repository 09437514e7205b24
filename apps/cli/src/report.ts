/** Results as text for people and as JSON for programs. */
import { type AnalysisResult, type RecommendationResult, songName } from '@consonance/engine';
import type { Track } from '@consonance/library';
import {
  describeReason,
  type MethodName,
  type Reason,
  type Recommendation,
} from '@consonance/recommender';
import picocolors from 'picocolors';
import { formatSeconds } from './progress.ts';
import { formatTable, toPrintable } from './table.ts';

/** Every song that a result names, by id. */
type Tracks = ReadonlyMap<string, Track>;

export function recommendationJson({
  method,
  seeds,
  recommendations,
  collection,
}: RecommendationResult) {
  return {
    method,
    seeds: seeds.map(({ id, path }) => ({ id, path })),
    recommendations: songsJson(recommendations, collection.trackOf),
  };
}

export function songsJson(recommendations: readonly Recommendation[], tracks: Tracks) {
  const nameOf = (id: string) => songName(tracks.get(id)!);
  return recommendations.map(({ id, score, genres, reasons, collapsed }) => ({
    ...trackJson(tracks.get(id)!),
    score,
    genres,
    reasons: reasons.map((reason) => ({ ...reason, text: describeReason(reason, nameOf) })),
    ...(collapsed && { collapsed: collapsed.map((other) => trackJson(tracks.get(other)!)) }),
  }));
}

/** A song as every result names it. */
export const trackJson = ({ id, path, title, artist }: Track) => ({
  id,
  path,
  title,
  artist: artist ?? null,
});

const methodTitles: Record<MethodName, string> = {
  cosine: 'Method 1: cosine similarity of the sound',
  genre: 'Method 2: cosine similarity and genres',
};

export function recommendationText({
  method,
  recommendations,
  collection,
}: RecommendationResult): string {
  return [
    picocolors.underline(methodTitles[method]),
    songsText(
      recommendations,
      collection.trackOf,
      'The library holds no other analysed song that fits.',
    ),
  ].join('\n');
}

/** Numbered songs with their reasons. @param nothing what to say when there are none. */
export function songsText(
  recommendations: readonly Recommendation[],
  tracks: Tracks,
  nothing: string,
): string {
  const nameOf = (id: string) => songName(tracks.get(id)!);
  const lines = recommendations.flatMap(({ id, score, genres, reasons, collapsed }, index) => [
    `  ${index + 1}. ${picocolors.bold(toPrintable(nameOf(id)))}  ${picocolors.cyan(score.toFixed(3))}  ${genreText(genres)}`,
    picocolors.dim(`     ${toPrintable(reasonText(reasons, nameOf))}`),
    ...(collapsed ? [picocolors.dim(`     also here: ${versionsText(collapsed, tracks)}`)] : []),
  ]);
  return lines.length > 0 ? lines.join('\n') : `  ${nothing}`;
}

/** The reasons that fit in a line; `--json` has the parts of the score as well. */
const reasonText = (reasons: readonly Reason[], nameOf: (id: string) => string): string =>
  reasons
    .filter(isShort)
    .map((reason) => describeReason(reason, nameOf))
    .join('; ');

function isShort(reason: Reason): boolean {
  switch (reason.kind) {
    case 'seed-parts':
    case 'genre-parts':
      return false;
    // Clips have one window each, and that both begin at the beginning says nothing.
    case 'matching-windows':
      return reason.startSeconds >= 1 || reason.seedStartSeconds >= 1;
    default:
      return true;
  }
}

const versionsText = (ids: readonly string[], tracks: Tracks): string =>
  ids.map((id) => toPrintable(tracks.get(id)!.path)).join(', ');

export const seedText = (seeds: readonly Track[]): string =>
  [picocolors.underline('Seeds'), ...seeds.map((seed) => `  ${toPrintable(songName(seed))}`)].join(
    '\n',
  );

/** The most probable genres, at most two: 'jazz 83 %, folk 12 %'. */
const genreText = (genres: Record<string, number>): string =>
  Object.entries(genres)
    .sort(([, a], [, b]) => b - a)
    .filter(([, probability], index) => index === 0 || probability >= 0.3)
    .slice(0, 2)
    .map(([label, probability]) => `${label} ${Math.round(probability * 100)} %`)
    .join(', ');

export function analysisText(result: AnalysisResult): string {
  const { found, analysed, reused, failed, unchanged, vanished, seconds } = result;
  const parts = [
    `${analysed} analysed`,
    reused > 0 && `${reused} copies`,
    `${unchanged} known`,
    `${failed} failed`,
    vanished > 0 && `${vanished} vanished`,
  ].filter(Boolean);
  return [
    `${result.aborted ? 'Stopped: ' : ''}${found} files: ${parts.join(', ')} (${formatSeconds(seconds)})`,
    ...result.problems.map(({ path, message }) => `  ${toPrintable(path)}: ${message}`),
    ...(failed > 0 ? ['"consonance library failures" says why.'] : []),
  ].join('\n');
}

export function trackTable(tracks: readonly Track[]): string {
  const rows = tracks.map(({ id, title, artist, durationSeconds, status, path }) => [
    ...[
      id,
      title,
      artist ?? '',
      durationSeconds === undefined ? '' : clock(durationSeconds),
      status,
      path,
    ],
  ]);
  return formatTable(['id', 'title', 'artist', 'length', 'status', 'path'], rows);
}

export const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
