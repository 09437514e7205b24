/** The routes of the OpenAPI document that are no procedures: files of songs, and the state of the server. */
import { z } from 'zod';
import { trackId } from './schemas.ts';

const seconds = z.number().min(0);

const peaks = z.object({
  durationSeconds: seconds,
  peaks: z
    .array(z.number().min(0).max(1))
    .describe('Largest magnitudes of equal stretches of time'),
});
const axes = z.object({
  durationSeconds: seconds.describe('Where the picture ends; it begins at 0'),
  frequencies: z.array(
    z.object({
      hz: z.number(),
      position: z.number().min(0).max(1).describe('0: bottom of the picture, 1: top'),
    }),
  ),
});
const health = z.object({
  status: z.literal('ok'),
  version: z.string(),
  analysis: z.enum(['idle', 'scanning', 'analysing', 'paused']),
});

const schemaOf = (type: z.ZodType) => {
  const { $schema: _, ...schema } = z.toJSONSchema(type);
  return schema;
};

const id = { name: 'id', in: 'path', required: true, schema: schemaOf(trackId) };
const size = {
  name: 'size',
  in: 'query',
  description: 'Most pixels wide and high',
  schema: { type: 'integer', minimum: 1, maximum: 4096, default: 512 },
};
const range = {
  name: 'range',
  in: 'header',
  description: 'Part of the file, as bytes=0-1023',
  schema: { type: 'string' },
};

const json = (schema: z.ZodType) => ({ 'application/json': { schema: schemaOf(schema) } });
const file = (...types: string[]) => Object.fromEntries(types.map((type) => [type, {}]));

/** A GET request for something of one song. */
const ofSong = (summary: string, content: object, parameters: object[] = []) => ({
  get: {
    summary,
    tags: ['media'],
    parameters: [id, ...parameters],
    responses: {
      200: { description: 'The file', content },
      ...(parameters.includes(range) && { 206: { description: 'The part', content } }),
      404: { description: 'There is no such song, or it has no such file' },
      422: { description: 'The file cannot be decoded' },
      507: { description: "The server's disk is full" },
    },
  },
});

const ofServer = (summary: string, content: object) => ({
  get: { summary, tags: ['server'], responses: { 200: { description: 'The state', content } } },
});

export const filePaths = {
  '/media/file/{id}': ofSong('The file as it is', file('application/octet-stream'), [range]),
  '/media/stream/{id}': ofSong(
    'The sound: the file itself, or FLAC where browsers cannot play it',
    file('audio/*'),
    [range],
  ),
  '/media/cover/{id}': ofSong('The picture of its tags or folder', file('image/jpeg'), [size]),
  '/media/spectrogram/{id}.png': ofSong('The mel spectrogram', file('image/png')),
  '/media/spectrogram/{id}.json': ofSong('The axes of that picture', json(axes)),
  '/media/peaks/{id}': ofSong('The outline of the waveform', json(peaks)),
  '/health': ofServer('Whether the server works', json(health)),
  '/metrics': ofServer("Numbers in Prometheus' text format", file('text/plain')),
};
