/**
 * Makes the demo library from a labelled data set: `node demo/make-demo-library.ts <manifest.csv>`.
 *
 * The rule, so that nobody hand-picks: only clips marked shippable; one clip (the first) per work,
 * and one version of a tune; per genre 11 works, taken in turn from the recorded artists (at most
 * five works each), then in turn from the rendered corpora; generated accompaniments come last.
 * Within an artist or corpus the order is that of a hash of the work's name.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { Demuxer, Muxer } from 'node-av';

const worksPerGenre = 11;
const worksPerArtist = 5;

interface Clip {
  path: string;
  label: string;
  artist: string;
  title: string;
  work: string;
  corpus: string;
  recorded: string;
  licence: string;
  shippable: string;
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** 'phonograph_album_holiznacc0_001-09-cabin-fever' -> 'Cabin fever'; 'Aloha_Oe-1110' -> 'Aloha Oe'. */
function readableTitle(title: string): string {
  if (titles[title]) return titles[title];
  const words = title
    .replace(/\.ogg$/, '')
    .replace(/^phonograph_album_.*?_\d+-\d+-/, '')
    .replace(/-\d+$/, '')
    .replace(/[_-]+/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Titles that their file names abbreviate. */
const titles: Record<string, string> = {
  burg_erwachen: 'Burgmüller: Awakening in the Woods',
  'chpn-p2': 'Chopin: Prelude op. 28 no. 2',
  clementi_opus36_6_1: 'Clementi: Sonatina op. 36 no. 6, 1st movement',
  clementi_opus36_6_2: 'Clementi: Sonatina op. 36 no. 6, 2nd movement',
  clementi_opus36_1_2: 'Clementi: Sonatina op. 36 no. 1, 2nd movement',
  mos_op36_6: 'Moszkowski: Étincelles op. 36 no. 6',
  grieg_wedding: 'Grieg: Wedding Day at Troldhaugen',
  mz_570_1: 'Mozart: Sonata KV 570, 1st movement',
  'drozerix_-_bit_loader': 'Bit Loader',
  map: 'Map',
  song06: 'Song 6',
  song12: 'Song 12',
  SailorsFarewellreelThe: "The Sailor's Farewell (reel)",
  ElizabethKellys: "Elizabeth Kelly's",
  TopofMaolpolka: 'Top of Maol (polka)',
  HillsofKeshreelThe: 'The Hills of Kesh (reel)',
  ChurchHill: 'Church Hill',
  '9_hiphop_86_beat_4-4': 'Hip-hop beat 9 (86 bpm)',
  '92_hiphop_70_beat_4-4': 'Hip-hop beat 92 (70 bpm)',
  '3_hiphop_90_beat_4-4': 'Hip-hop beat 3 (90 bpm)',
  'hip-hop-accompaniment-28b61f': 'Hip-hop backing 28b61f',
  'hip-hop-accompaniment-9ec195': 'Hip-hop backing 9ec195',
  'You_re_Getting_to_Be_a_Habit_with_Me-1394': "You're Getting to Be a Habit with Me",
  'Pack_Up_Your_Troubles_in_Your_Old_Kit_Bag_and_Smil-561': 'Pack Up Your Troubles',
};

const corpusNames: Record<string, string> = {
  openewld: 'OpenEWLD lead sheets',
  'ceol-rince': 'Ceol Rince tune book',
  'unknown-horizons': 'Unknown Horizons contributors',
  groove: 'Groove MIDI drummers',
  freedoom: 'Freedoom contributors',
  accompaniment: 'Generated accompaniment',
  'tracker:pekka-kana-2-data': 'Pekka Kana 2 sound track',
  'tracker:drozerix': 'Drozerix',
};
const artistOf = (clip: Clip) =>
  clip.artist.replace(' / ', ', ').replace(' (performer)', '') ||
  corpusNames[clip.corpus] ||
  clip.corpus;

/** Takes one item of each group in turn, at most `limit` of a group. */
function inTurn<T>(groups: T[][], limit: number): T[] {
  return Array.from({ length: limit }, (_, turn) => groups.flatMap((g) => g[turn] ?? [])).flat();
}

function choose(clips: Clip[]): Clip[] {
  const seen = new Set<string>();
  const works = clips
    .filter((clip) => {
      const tune = `${clip.label}/${artistOf(clip)}/${readableTitle(clip.title)}`;
      if (clip.shippable !== 'yes' || seen.has(clip.work) || seen.has(tune)) return false;
      seen.add(clip.work).add(tune);
      return true;
    })
    .sort((a, b) => (hash(a.work) < hash(b.work) ? -1 : 1));
  const grouped = (subset: Clip[]) => Object.values(Object.groupBy(subset, artistOf)) as Clip[][];
  const labels = [...new Set(works.map((clip) => clip.label))].sort();
  return labels.flatMap((label) => {
    const ofLabel = works.filter((clip) => clip.label === label);
    const isGenerated = (clip: Clip) => clip.corpus === 'accompaniment';
    const recorded = ofLabel.filter((clip) => clip.recorded === 'yes');
    const rendered = ofLabel.filter((clip) => clip.recorded !== 'yes' && !isGenerated(clip));
    const generated = ofLabel.filter(isGenerated);
    return [
      ...inTurn(grouped(recorded), worksPerArtist),
      ...inTurn(grouped(rendered), label === 'hip-hop' ? 3 : worksPerGenre),
      ...generated,
    ].slice(0, worksPerGenre);
  });
}

/** Copies the audio packets unchanged and writes the tags. */
async function copyWithTags(source: string, target: string, tags: Record<string, string>) {
  await using input = await Demuxer.open(source);
  const stream = input.audio();
  if (!stream) throw new Error(`Expected an audio stream in ${source}`);
  stream.metadata = await dictionary(tags);
  await using output = await Muxer.open(target);
  const index = output.addStream(stream, { inputStream: stream });
  for await (const packet of input.packets(stream.index)) {
    // The demuxer wraps a negative duration of the last packet around 2^32.
    if (packet && packet.duration > 2n ** 31n) packet.duration = 0n;
    await output.writePacket(packet, index);
  }
}

async function dictionary(tags: Record<string, string>) {
  const { Dictionary } = await import('node-av/lib');
  return Dictionary.fromObject(tags);
}

const manifestPath = process.argv[2];
if (!manifestPath) throw new Error('Usage: node demo/make-demo-library.ts <manifest.csv>');
const source = path.dirname(manifestPath);
const clips: Clip[] = parse(await readFile(manifestPath), { columns: true });
const library = path.join(import.meta.dirname, 'library');
await rm(library, { recursive: true, force: true });

const rows = ['path,label,artist,title,work,corpus,recorded,licence,source'];
const credits: string[] = [];
const quote = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
for (const clip of choose(clips)) {
  const title = readableTitle(clip.title);
  const artist = artistOf(clip);
  const name = `${artist} - ${title}`.replace(/[/\\:*?"<>|]/g, ' ').replace(/\s+/g, ' ');
  const relative = `library/${clip.label}/${name}.ogg`;
  const target = path.join(import.meta.dirname, relative);
  await mkdir(path.dirname(target), { recursive: true });
  await copyWithTags(path.join(source, clip.path), target, {
    title,
    artist,
    genre: clip.label,
    copyright: clip.licence,
  });
  rows.push(
    [
      relative,
      clip.label,
      artist,
      title,
      clip.work,
      clip.corpus,
      clip.recorded,
      clip.licence,
      clip.path,
    ]
      .map(quote)
      .join(','),
  );
  const kind = clip.recorded === 'yes' ? 'recording' : 'rendered from notes';
  credits.push(`| ${title} | ${artist} | ${clip.corpus} | ${kind} | ${clip.licence} |`);
}
await writeFile(path.join(import.meta.dirname, 'manifest.csv'), rows.join('\n') + '\n');
await writeFile(
  path.join(import.meta.dirname, 'ATTRIBUTION.md'),
  `# The demo library: origin and licences

Excerpts of up to 30 seconds, mixed to mono, 22,050 Hz, Ogg Vorbis. "Rendered from notes" means that a note
file or a tracker module was played by a synthesiser; the rest are recordings. Labels come from the file's
tags, the corpus or the game it was made for. The list is made by \`make-demo-library.ts\`, whose first lines
give the rule of selection.

| title | artist | corpus | kind | licence |
|---|---|---|---|---|
${credits.join('\n')}
`,
);
console.log(`${credits.length} clips`);
