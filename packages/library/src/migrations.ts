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
  '0002_listening_and_map': {
    async up(db) {
      const statements = [
        // The key makes the import of one export, twice, the same as once.
        sql`create table listens (
          listener text not null,
          track_id text not null references tracks on delete cascade,
          kind text not null check (kind in ('play', 'skip', 'like', 'dislike')),
          at double precision not null,
          share double precision check (share between 0 and 1),
          primary key (listener, track_id, kind, at)
        )`,
        sql`create index listens_track_id on listens (track_id)`,
        sql`create table recommendations (
          listener text not null,
          track_id text not null references tracks on delete cascade,
          at double precision not null,
          primary key (listener, track_id, at)
        )`,
        sql`create index recommendations_track_id on recommendations (track_id)`,
        sql`create table map_points (
          model_id text not null references models on delete cascade,
          track_id text not null references tracks on delete cascade,
          x double precision not null,
          y double precision not null,
          primary key (model_id, track_id)
        )`,
        sql`create index map_points_track_id on map_points (track_id)`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  },
  '0003_users': {
    async up(db) {
      const statements = [
        sql`create table users (
          id text primary key,
          name text not null,
          folded_name text not null unique,
          password_hash text not null,
          is_admin boolean not null,
          created_at timestamptz not null default now()
        )`,
        // The cookie holds the token, the table its hash: who reads the table cannot log in.
        sql`create table sessions (
          token_hash text primary key,
          user_id text not null references users on delete cascade,
          expires_at timestamptz not null
        )`,
        sql`create index sessions_user_id on sessions (user_id)`,
        // In plain, because Subsonic's tokens are md5(password + salt) with the client's salt. They are
        // random, open the music only, and are revoked one by one.
        sql`create table app_passwords (
          id text primary key,
          user_id text not null references users on delete cascade,
          name text not null,
          secret text not null unique,
          created_at timestamptz not null default now()
        )`,
        sql`create index app_passwords_user_id on app_passwords (user_id)`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  },
  '0004_dashboard': {
    async up(db) {
      const statements = [
        sql`alter table tracks add has_cover boolean`,
        sql`create table folders (
          id text primary key,
          path text not null unique,
          added_at timestamptz not null default now()
        )`,
        sql`create table playlists (
          id text primary key,
          name text not null,
          created_at timestamptz not null default now(),
          updated_at timestamptz not null default now()
        )`,
        sql`create table playlist_tracks (
          playlist_id text not null references playlists on delete cascade,
          position integer not null,
          track_id text not null references tracks on delete cascade,
          primary key (playlist_id, position)
        )`,
        sql`create index playlist_tracks_track_id on playlist_tracks (track_id)`,
        sql`create table settings (
          name text primary key,
          value jsonb not null
        )`,
        // Listeners without a history yet.
        sql`create table listeners (
          name text primary key,
          created_at timestamptz not null default now()
        )`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  },
  '0005_window_genres': {
    async up(db) {
      // Null where the analysis is older than the column.
      await sql`alter table features add window_genres real[]`.execute(db);
    },
  },
  '0006_studies': {
    async up(db) {
      const statements = [
        sql`create table studies (
          id text primary key,
          plan jsonb not null,
          plan_hash text,
          model_id text,
          entered integer not null default 0,
          withdrawn integer not null default 0,
          created_at timestamptz not null default now(),
          opened_at timestamptz,
          closed_at timestamptz
        )`,
        // Secrets lie here as their hashes: who reads the table can neither take part nor delete.
        sql`create table study_participants (
          id text primary key,
          study_id text not null references studies on delete cascade,
          token_hash text not null unique,
          secret_hash text unique,
          withdrawal_hash text unique,
          number integer,
          seed_ids text[] not null default '{}',
          started_at timestamptz,
          consented_at timestamptz,
          sound_checked_at timestamptz,
          chosen_at timestamptz,
          finished_at timestamptz,
          unique (study_id, number)
        )`,
        // Ratings outlive the track: it may be forgotten before the analysis.
        sql`create table study_clips (
          participant_id text not null references study_participants on delete cascade,
          clip integer not null,
          track_id text not null,
          arms text[] not null,
          attention integer,
          rating integer,
          listened_seconds double precision not null default 0,
          rated_at timestamptz,
          primary key (participant_id, clip)
        )`,
        sql`create table interleaving_consents (
          listener text primary key,
          given_at timestamptz not null default now()
        )`,
        sql`create table interleaving_sessions (
          id text primary key,
          listener text not null references interleaving_consents on delete cascade,
          songs jsonb not null,
          created_at timestamptz not null default now()
        )`,
        sql`create index interleaving_sessions_listener on interleaving_sessions (listener)`,
        sql`create table interleaving_credits (
          session_id text not null references interleaving_sessions on delete cascade,
          track_id text not null,
          kind text not null check (kind in ('play', 'like', 'dislike')),
          primary key (session_id, track_id, kind)
        )`,
      ];
      for (const statement of statements) await statement.execute(db);
    },
  },
};
