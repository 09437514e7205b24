/** What is known about a song besides its sound. */
export interface Song {
  id: string;
  /** With forward slashes. */
  path?: string;
  title?: string;
  artist?: string;
  album?: string;
  durationSeconds?: number;
}

/** Lower case without diacritics and punctuation, in any script: "Beyoncé" and "BEYONCE" agree. */
export function foldName(name: string): string {
  const folded = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/['’`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return folded || name.trim().toLowerCase();
}

/**
 * The name of a song or artist without what tells versions apart: guests ("feat. X"), bracketed
 * suffixes ("(Live)", "[2011 Remaster]") and the same after a dash. Brackets at the start are part
 * of the title.
 */
export function baseName(name: string): string {
  const bare = name
    .replace(/[([{]?\b(feat|ft|featuring)\b\.?\s.*$/iu, '')
    .replace(/(\s*[([{][^()[\]{}]*[)\]}])+\s*$/u, '')
    .replace(
      /\s+[-–—]\s+[^-–—]*\b(remaster(ed)?|live|version|edit|mix|remix|mono|stereo|demo|acoustic)\b.*$/iu,
      '',
    );
  return foldName(bare.trim() || name);
}

/** Songs of one key are versions of each other; undefined without artist and title. */
export function versionKey({ artist, title }: Pick<Song, 'artist' | 'title'>): string | undefined {
  return artist && title ? `${baseName(artist)}\n${baseName(title)}` : undefined;
}
