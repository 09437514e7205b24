/** From what the engine knows to what a client sees. */
import { type Collection, type NamedInterest, songName, statusOf } from '@consonance/engine';
import type { Listen, Track } from '@consonance/library';
import {
  type Catalogue,
  describeReason,
  genresOf,
  type Reason,
  type Recommendation,
} from '@consonance/recommender';
import type { ApiRecommendation, ApiTrack } from './schemas.ts';
import type * as schemas from './schemas.ts';
import type { z } from 'zod';

type Genre = z.infer<typeof schemas.genre>;

/** Most probable first. */
export const genreList = (labels: readonly string[], probabilities: Iterable<number>): Genre[] =>
  Array.from(probabilities, (probability, i) => ({ label: labels[i]!, probability })).sort(
    (a, b) => b.probability - a.probability,
  );

const genresOfTrack = (catalogue: Catalogue, id: string): Genre[] => {
  const row = catalogue.rowOf.get(id);
  return row === undefined ? [] : genreList(catalogue.labels, genresOf(catalogue, row));
};

export const trackView = (collection: Collection, track: Track): ApiTrack => ({
  id: track.id,
  title: track.title,
  artist: track.artist ?? null,
  album: track.album ?? null,
  durationSeconds: track.durationSeconds ?? null,
  status: statusOf(collection, track),
  genres: genresOfTrack(collection.catalogue, track.id),
  hasCover: track.hasCover,
});

/** The tracks with these ids, without those that the library no longer has. */
export const tracksView = (collection: Collection, ids: readonly string[]): ApiTrack[] =>
  ids.flatMap((id) => {
    const track = collection.trackOf.get(id);
    return track ? [trackView(collection, track)] : [];
  });

export function recommendationView(
  collection: Collection,
  { id, score, reasons, collapsed = [] }: Recommendation,
): ApiRecommendation {
  const nameOf = (trackId: string) => songName(collection.trackOf.get(trackId)!);
  return {
    track: trackView(collection, collection.trackOf.get(id)!),
    score,
    parts: scoreParts(reasons, nameOf),
    reasons: reasons.map((reason) => reasonView(reason, nameOf)),
    collapsed: tracksView(collection, collapsed),
  };
}

function reasonView(reason: Reason, nameOf: (id: string) => string) {
  const at = reason.kind === 'matching-windows' ? reason : undefined;
  const trackId =
    'seedId' in reason ? reason.seedId : 'interestId' in reason ? reason.interestId : null;
  return {
    kind: reason.kind,
    text: describeReason(reason, nameOf),
    trackId,
    startSeconds: at?.startSeconds ?? null,
    otherStartSeconds: at?.seedStartSeconds ?? null,
  };
}

/** By sound and genre where genres took part, else by seed; then what history and hubness added. */
function scoreParts(reasons: readonly Reason[], nameOf: (id: string) => string) {
  const part = (name: string, value: number, trackId: string | null = null) => ({
    name,
    trackId,
    part: value,
  });
  const hasGenres = reasons.some(({ kind }) => kind === 'genre-parts');
  return reasons.flatMap((reason) => {
    switch (reason.kind) {
      case 'seed-parts':
        return hasGenres
          ? []
          : reason.parts.map((seed) => part(nameOf(seed.seedId), seed.part, seed.seedId));
      case 'genre-parts':
        return [
          part('sound', reason.embeddingPart),
          ...reason.parts.map((genre) => part(genre.label, genre.part)),
        ];
      case 'history':
        return [
          part(nameOf(reason.interestId), reason.part, reason.interestId),
          ...(reason.dislikePart < 0 ? [part('dislikes', reason.dislikePart)] : []),
        ];
      case 'hubness':
        return [part('hubness', reason.part)];
      default:
        return [];
    }
  });
}

export const interestView = (collection: Collection, { centre, ...interest }: NamedInterest) => ({
  centre: trackView(collection, centre),
  ...interest,
});

export const isoTime = (unixSeconds: number): string => new Date(1000 * unixSeconds).toISOString();

export const listenView = (collection: Collection, { at, kind, share, trackId }: Listen) =>
  tracksView(collection, [trackId]).map((track) => ({
    at: isoTime(at),
    kind,
    share: share ?? null,
    track,
  }));
