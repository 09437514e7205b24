/** The genres of the paper. */
export const paperLabels = [
  'classical',
  'electronic',
  'folk',
  'hip-hop',
  'instrumental',
  'jazz',
  'rock',
];

/**
 * Genre names that mean one of the paper's genres, as the Free Music Archive files its sub-genres
 * (genres.csv of FMA, Defferrard et al. 2017). What belongs to several genres (ambient, indie,
 * soundtrack, pop, world) is missing on purpose.
 */
const aliases: Record<string, string[]> = {
  classical: ['baroque', 'chamber music', 'choral music', 'opera', 'orchestral', 'symphony'],
  electronic: [
    ...[
      'electronica',
      'electro',
      'edm',
      'idm',
      'techno',
      'house',
      'trance',
      'dubstep',
      'breakcore',
    ],
    ...['drum and bass', 'drum bass', "drum'n'bass", 'dnb', 'jungle', 'downtempo', 'trip hop'],
    ...['chiptune', 'chip music', 'synth pop', 'big beat', 'synthwave', 'glitch'],
  ],
  folk: ['americana', 'bluegrass', 'traditional folk'],
  'hip-hop': ['rap', 'trap', 'boom bap', 'turntablism'],
  instrumental: [],
  jazz: ['be bop', 'big band', 'swing', 'bossa nova', 'dixieland'],
  rock: [
    ...['rock and roll', 'punk', 'metal', 'grunge', 'shoegaze', 'krautrock', 'hardcore punk'],
    ...['new wave', 'rockabilly', 'britpop', 'metalcore'],
  ],
};

const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replace(/\p{M}|['’]/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** A name without signs and spaces: `Hip-Hop`, `hip hop` and `HipHop` are the same. */
const plain = (text: string): string => wordsOf(text).join('');

/** Finds the label that a name spells, whatever its case, signs and spaces. */
export function spelledLabel(labels: readonly string[]): (name: string) => string | undefined {
  const byName = new Map(labels.map((label) => [plain(label), label]));
  return (name) => byName.get(plain(name));
}

/**
 * Finds the labels that genre tags name: by their spelling, by the alias table, or as words of a longer
 * name (`Progressive Rock` is rock, `Jazz Rock` is both).
 */
export function taggedLabels(labels: readonly string[]): (tags: readonly string[]) => string[] {
  const byName = new Map([
    ...labels.flatMap((label) =>
      (aliases[label] ?? []).map((name) => [plain(name), label] as const),
    ),
    ...labels.map((label) => [plain(label), label] as const),
  ]);
  const labelsIn = (tag: string): string[] => {
    const words = wordsOf(tag);
    const runs = words.flatMap((_, from) =>
      words.slice(from, from + 3).map((_, i) => words.slice(from, from + i + 1).join('')),
    );
    return runs.flatMap((run) => byName.get(run) ?? []);
  };
  return (tags) => [...new Set(tags.flatMap(labelsIn))];
}
