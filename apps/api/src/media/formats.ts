import type { AudioFormat } from '@consonance/audio';

export interface PlayableFormat {
  contentType: string;
  /** Of a file's name, without the dot. */
  suffix: string;
}

export const flac: PlayableFormat = { contentType: 'audio/flac', suffix: 'flac' };
export const mp3: PlayableFormat = { contentType: 'audio/mpeg', suffix: 'mp3' };
export const opus: PlayableFormat = { contentType: 'audio/ogg', suffix: 'opus' };

/** Containers by FFmpeg's name, and the codecs in them that every current browser plays. */
const playable: Record<string, PlayableFormat & { codecs: readonly string[] }> = {
  mp3: { ...mp3, codecs: ['mp3'] },
  flac: { ...flac, codecs: ['flac'] },
  ogg: { contentType: 'audio/ogg', suffix: 'ogg', codecs: ['vorbis', 'opus', 'flac'] },
  wav: {
    contentType: 'audio/wav',
    suffix: 'wav',
    codecs: ['pcm_u8', 'pcm_s16le', 'pcm_s24le', 'pcm_f32le'],
  },
  'mov,mp4,m4a,3gp,3g2,mj2': { contentType: 'audio/mp4', suffix: 'm4a', codecs: ['aac'] },
  aac: { contentType: 'audio/aac', suffix: 'aac', codecs: ['aac'] },
};

/** How a browser plays the file as it is; undefined when it cannot: WMA, ALAC, AIFF, Matroska. */
export function playableFormat({ container, codec }: AudioFormat): PlayableFormat | undefined {
  const format = playable[container];
  if (format === undefined || !format.codecs.includes(codec)) return undefined;
  return { contentType: format.contentType, suffix: format.suffix };
}
