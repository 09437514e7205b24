export { parseListenBrainz, parseScrobbles } from './json.ts';
export { parseLastFm } from './lastfm.ts';
export { eventsFrom, matchRecords } from './matching.ts';
export type { Match, Matching } from './matching.ts';
export { formatJspf, formatM3u8, formatPlaylistJson, parseM3u8 } from './playlists.ts';
export type { PlaylistEntry } from './playlists.ts';
export type { ListenRecord, Parsed, Problem } from './records.ts';
