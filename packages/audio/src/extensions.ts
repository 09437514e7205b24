/** Names of files worth opening; what they hold is decided by their content. */
export const audioExtensions: ReadonlySet<string> = new Set([
  '.mp3',
  '.flac',
  '.wav',
  '.aif',
  '.aiff',
  '.aifc',
  '.ogg',
  '.oga',
  '.opus',
  '.m4a',
  '.m4p',
  '.aac',
  '.wma',
  '.mka',
]);
