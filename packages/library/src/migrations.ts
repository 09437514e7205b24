import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Numbered, forward only, never edited once released. Kysely runs the new ones in one transaction
 * and records each in `kysely_migration`.
 */
export const migrations: Record<string, Migration> = {
  '0001_tracks_features_failures': {
    async up(db) {
      const statements = [
        sql`create extension if not exists vector`,
        sql`create table tracks (
          id text primary key,
          path text not null unique,
          size double precision not null,
          mtime double precision not null,
          content_hash text,
          duration double precision,
          title text,
          artist text,
          album text,
          album_artist text,
          year integer,
          tag_genres text[] not null default '{}',
          search_title text not null,
          search_text text not null,
          added_at timestamptz not null default now(),
          vanished_at timestamptz
        )`,
        sql`create index tracks_content_hash on tracks (content_hash)`,
        sql`create table models (
          model_id text primary key,
          dimensions integer not null,
          labels text[] not null,
          front_end jsonb not null,
          added_at timestamptz not null default now()
        )`,
        // No fixed dimension: each model brings its own, and an index casts to it where it needs to.
        sql`create table features (
          model_id text not null references models,
          track_id text not null references tracks on delete cascade,
          embedding vector not null,
          genres real[] not null,
          window_starts real[] not null,
          window_embeddings real[] not null,
          analysed_at timestamptz not null default now(),
          primary key (model_id, track_id)
        )`,
        sql`create index features_track_id on features (track_id)`,
        sql`create table failures (
          track_id text primary key references tracks on delete cascade,
          code text not null,
          message text not null,
          attempts integer not null default 1,
          failed_at timestamptz not null default now()
        )`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  },
};
