/**
 * The seven genres in the words of Last.fm's listeners. A tag belongs to every genre whose pattern it
 * contains as whole words ("folk metal" is folk and rock). Pop, soul, R&B, funk, reggae, moods, places
 * and decades belong to none of the seven and are left out.
 */
const genrePatterns = {
  classical:
    /\b(classical|baroque|opera|orchestral?|symphon(y|ies)|chamber music|composers?|choral|renaissance)\b/,
  electronic:
    /\b(electro\w*|techno|trance|house|ambient|idm|ebm|downtempo|drum (and|n|&) bass|dnb|dubstep|breakbeat|synth ?pop|futurepop|chill ?out|trip-? ?hop|industrial|aggrotech|psytrance|big beat|glitch|eurodance|indietronica|darkwave)\b/,
  folk: /\b(folk|country|bluegrass|americana|singer-songwriter|celtic|acoustic|traditional|alt-country)\b/,
  'hip-hop': /\b(hip-? ?hop|rap|gangsta|turntablism|grime|crunk)\b/,
  instrumental: /\b(instrumental|soundtracks?|score|piano|new age|post-? ?rock)\b/,
  jazz: /\b(jazz|swing|bebop|big band|bossa nova|fusion)\b/,
  rock: /\b(rock|rock'?n'?roll|metal|metalcore|deathcore|punk|post-punk|grunge|hardcore|post-hardcore|screamo|emo|indie|britpop|shoegaze|new wave|grindcore|ska|gothic)\b/,
} as const;

export type Genre = keyof typeof genrePatterns;

export const genres = Object.keys(genrePatterns) as Genre[];

/** The genres that a tag speaks of; most tags speak of none. */
export function genresOfTag(tag: string): Genre[] {
  const text = tag.toLowerCase();
  return genres.filter((genre) => genrePatterns[genre].test(text));
}
