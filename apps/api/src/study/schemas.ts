/** What goes in and out of the procedures of listening studies and of interleaving. */
import type { PlanWithoutSeed } from '@consonance/engine';
import type { StudyPlan, StudyReport } from '@consonance/study';
import { z } from 'zod';
import { listenerName, method, track, trackId } from '../schemas.ts';

const studyId = z.string().max(100).describe('Id of a study');
const time = z.iso.datetime().describe('ISO 8601, UTC');
const count = z.number().int().min(0);
const share = z.number().min(0).max(1);

export const byStudy = z.strictObject({ id: studyId });

// studies

const isObject = (value: unknown) => typeof value === 'object' && value !== null;

/** Checked by the parser of packages/study, whose errors name the field; what is left out is filled in. */
export const planInput = z
  .custom<PlanWithoutSeed>(isObject, 'Expected an object')
  .describe('A plan; docs/listening-study.md has its fields');
export const createInput = z.strictObject({ plan: planInput });
export const updateInput = z.strictObject({ id: studyId, plan: planInput });
export const inviteInput = z.strictObject({
  id: studyId,
  count: z.number().int().min(1).max(1000),
});

export const studySummary = z.object({
  id: studyId,
  title: z.string(),
  state: z.enum(['draft', 'open', 'closed']),
  hash: z.string().nullable().describe('SHA-256 of the plan, fixed when the study opened'),
  createdAt: time,
  openedAt: time.nullable(),
  closedAt: time.nullable(),
});
export const study = studySummary.extend({ plan: z.custom<StudyPlan>(isObject) });

export const powerAnalysis = z.object({
  participants: count.describe(
    'The fewest that find the smallest effect with the power of the plan',
  ),
  power: share.describe('Of the sample size of the plan'),
});
export const invitations = z.object({
  links: z.array(z.string()).describe('Each for one participant, shown this once'),
});
export const progress = z.object({
  invited: count,
  started: count.describe('Of these, have opened their link'),
  finished: count,
  withdrawn: count.describe('Deleted what they had given'),
  ratings: count,
  sampleSize: count.describe('Of the plan'),
});
export const studyReport = z.object({
  hash: z.string(),
  openedAt: time,
  closedAt: time,
  report: z.custom<StudyReport>(isObject).describe('Every number of the analysis'),
  findings: z.array(z.string()).describe('Hypotheses and decision in words'),
});
export const textFile = z.object({
  fileName: z.string(),
  mediaType: z.string(),
  text: z.string(),
});

// participation

export const token = z.string().max(100).describe('Of an invitation');
export const enterInput = z.strictObject({ token });
export const participation = z.object({
  phase: z.enum(['consent', 'sound', 'songs', 'rating', 'done', 'closed']),
  title: z.string(),
  consent: z.string().describe('What the participant agrees to'),
  scale: z.union([z.literal('like'), z.literal(5), z.literal(7)]),
  seedCount: count,
  minimumListenSeconds: z.number().min(0),
  clipSeconds: z.number().min(0),
  clipCount: count.describe('0 until the songs are chosen'),
  clips: z.array(
    z.object({
      clip: z.number().int().min(1).describe('/study/clip/<clip> has its sound'),
      rated: z.number().int().nullable(),
      instruction: z.string().nullable().describe('Of the clip that checks attention'),
    }),
  ),
  next: z.number().int().nullable().describe('The clip to rate next; null: none is left'),
  withdrawalCode: z.string().describe('Deletes what was given, from any browser'),
});
export const searchInput = z.strictObject({ text: z.string().max(500) });
export const foundSongs = z.object({
  tracks: z.array(z.object({ id: trackId, title: z.string(), artist: z.string().nullable() })),
});
export const chooseInput = z.strictObject({ trackIds: z.array(trackId).min(1).max(50) });
export const rateInput = z.strictObject({
  clip: z.number().int().min(1).max(10_000),
  rating: z
    .number()
    .int()
    .min(0)
    .max(7)
    .describe('Scale "like": 1 like, 0 dislike; else from 1 on'),
  listenedSeconds: z.number().min(0).max(86_400),
});
export const withdrawInput = z.strictObject({ code: z.string().max(100) });

// interleaving

export const byListener = z.strictObject({ listener: listenerName });
export const interleavingConsent = z.strictObject({ listener: listenerName, allowed: z.boolean() });
export const interleavingStatus = z.object({ allowed: z.boolean() });
export const interleavingInput = z.strictObject({
  listener: listenerName,
  seedIds: z.array(trackId).min(1).max(500),
  count: z.number().int().min(2).max(50).default(10),
});
export const interleaved = z.object({
  sessionId: z.string(),
  recommendations: z
    .array(z.object({ track }))
    .describe('Without scores and reasons, which would tell the method'),
});
export const creditInput = z.strictObject({
  sessionId: z.string().max(100),
  trackId,
  kind: z.enum(['play', 'like', 'dislike']),
});
export const preference = z.object({
  methods: z.tuple([method, method]).describe('The two that are compared'),
  wins: count.describe('Lists of which more songs of the first were played or liked'),
  losses: count,
  ties: count,
  share: share.nullable().describe('Of the wins among the lists without a tie'),
  interval: z.tuple([share, share]).nullable().describe('95 %, of the share'),
  pValue: share.nullable(),
});
