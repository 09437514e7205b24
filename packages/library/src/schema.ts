import type { FrontEnd } from '@consonance/audio';
import { type ColumnType, type Generated, type Selectable, sql } from 'kysely';

/**
 * The tables as Kysely sees them; README.md describes the columns. Sizes and times are `double
 * precision`, whose values PGlite and `pg` both hand over as numbers (`bigint` differs).
 */
export interface Schema {
  tracks: {
    id: string;
    path: string;
    size: number;
    mtime: number;
    content_hash: string | null;
    duration: number | null;
    title: string | null;
    artist: string | null;
    album: string | null;
    album_artist: string | null;
    year: number | null;
    tag_genres: Generated<string[]>;
    search_title: string;
    search_text: string;
    added_at: Generated<Date>;
    vanished_at: Date | null;
    has_cover: boolean | null;
  };
  models: {
    model_id: string;
    dimensions: number;
    labels: string[];
    front_end: ColumnType<FrontEnd, string, string>;
    added_at: Generated<Date>;
  };
  features: {
    model_id: string;
    track_id: string;
    embedding: unknown;
    genres: unknown;
    window_starts: unknown;
    window_embeddings: unknown;
    window_genres: unknown;
    analysed_at: Generated<Date>;
  };
  failures: {
    track_id: string;
    code: string;
    message: string;
    attempts: Generated<number>;
    failed_at: Generated<Date>;
  };
  listens: {
    listener: string;
    track_id: string;
    kind: ListenKind;
    at: number;
    share: number | null;
  };
  users: {
    id: string;
    name: string;
    folded_name: string;
    password_hash: string;
    is_admin: boolean;
    created_at: Generated<Date>;
  };
  sessions: {
    token_hash: string;
    user_id: string;
    expires_at: Date;
  };
  app_passwords: {
    id: string;
    user_id: string;
    name: string;
    secret: string;
    created_at: Generated<Date>;
  };
  recommendations: {
    listener: string;
    track_id: string;
    at: number;
  };
  map_points: {
    model_id: string;
    track_id: string;
    x: number;
    y: number;
  };
  folders: {
    id: string;
    path: string;
    added_at: Generated<Date>;
  };
  playlists: {
    id: string;
    name: string;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
  playlist_tracks: {
    playlist_id: string;
    position: number;
    track_id: string;
  };
  settings: {
    name: string;
    value: ColumnType<unknown, string, string>;
  };
  listeners: {
    name: string;
    created_at: Generated<Date>;
  };
  studies: {
    id: string;
    plan: ColumnType<unknown, string, string>;
    plan_hash: string | null;
    model_id: string | null;
    entered: Generated<number>;
    withdrawn: Generated<number>;
    created_at: Generated<Date>;
    opened_at: Date | null;
    closed_at: Date | null;
  };
  study_participants: {
    id: string;
    study_id: string;
    token_hash: string;
    secret_hash: string | null;
    withdrawal_hash: string | null;
    number: number | null;
    seed_ids: Generated<string[]>;
    started_at: Date | null;
    consented_at: Date | null;
    sound_checked_at: Date | null;
    chosen_at: Date | null;
    finished_at: Date | null;
  };
  study_clips: {
    participant_id: string;
    clip: number;
    track_id: string;
    arms: string[];
    attention: number | null;
    rating: number | null;
    listened_seconds: Generated<number>;
    rated_at: Date | null;
  };
  interleaving_consents: {
    listener: string;
    given_at: Generated<Date>;
  };
  interleaving_sessions: {
    id: string;
    listener: string;
    songs: ColumnType<unknown, string, string>;
    created_at: Generated<Date>;
  };
  interleaving_credits: {
    session_id: string;
    track_id: string;
    kind: 'play' | 'like' | 'dislike';
  };
}

export type ListenKind = 'play' | 'skip' | 'like' | 'dislike';

export type TrackRow = Selectable<Schema['tracks']>;

/** For `set`: every column of `row` takes its value in another table, such as what was to be inserted. */
export function columnsOf<Row extends object>(table: string, row: Row) {
  const names = Object.keys(row) as (keyof Row & string)[];
  return Object.fromEntries(names.map((name) => [name, sql.ref(`${table}.${name}`)])) as {
    [name in keyof Row]: ReturnType<typeof sql.ref<Row[name]>>;
  };
}
