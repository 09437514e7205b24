/** What a study will do and how it will be analysed; it is frozen, under a hash, when the study opens. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { StudyError } from './errors.ts';

const text = (longest: number) => z.string().trim().min(1).max(longest);

const sourceSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('method'),
      method: z.literal([1, 2]),
      /** Of method 2; the engine's default where it is left out. */
      variant: z.enum(['soft', 'hard']).optional(),
    })
    .refine(({ method, variant }) => method === 2 || variant === undefined, {
      message: 'Expected no variant with method 1',
      path: ['variant'],
    }),
  z.strictObject({ kind: z.literal('random') }),
  /** The most played songs of the library. */
  z.strictObject({ kind: z.literal('popularity') }),
  /** Songs that the experimenter chose; the first `songs` of them that are not among the seeds. */
  z.strictObject({ kind: z.literal('set'), trackIds: z.array(z.string().min(1)).max(500) }),
]);

const armSchema = z
  .strictObject({
    /** Shown to the experimenter alone. */
    name: text(60).regex(/^[^;]*$/, 'Expected a name without ";"'),
    source: sourceSchema,
    /** Clips of the arm that each participant rates. */
    songs: z.int().min(1).max(50),
  })
  .refine(({ source, songs }) => source.kind !== 'set' || source.trackIds.length >= songs, {
    message: 'Expected at least as many trackIds as songs',
    path: ['source', 'trackIds'],
  })
  .refine(({ source }) => source.kind !== 'set' || isUnique(source.trackIds), {
    message: 'Expected every song once',
    path: ['source', 'trackIds'],
  });

const isUnique = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** `like`: 0 dislike, 1 like; 5 and 7: points from 1. */
export type Scale = 'like' | 5 | 7;

/** Smallest and largest rating of a scale. */
export const ratingRange = (scale: Scale): [lowest: number, highest: number] =>
  scale === 'like' ? [0, 1] : [1, scale];

/** From which rating on a clip counts as liked: the upper points of the scale. */
const defaultLikeFrom = { like: 1, 5: 4, 7: 5 } as const;

const consentText =
  'You will choose songs that you like and then rate short clips of other songs. Where a clip comes from ' +
  'is not shown. Only your choice of songs, your ratings and how long you listened are stored, under a ' +
  'number and without your name. You may stop at any time, and delete everything that was stored.';

/** Everything but `seed` has a default: the paper's two methods, five songs each, and five random songs. */
export const planSchema = z
  .strictObject({
    title: text(120).default('Listening study'),
    /** What a participant agrees to. */
    consent: text(5000).default(consentText),
    arms: z
      .array(armSchema)
      .min(2)
      .max(6)
      .default([
        { name: 'method 1', source: { kind: 'method', method: 1 }, songs: 5 },
        { name: 'method 2', source: { kind: 'method', method: 2 }, songs: 5 },
        { name: 'random', source: { kind: 'random' }, songs: 5 },
      ]),
    /** Songs that a participant chooses. */
    seedCount: z.int().min(1).max(20).default(5),
    clipSeconds: z.number().min(5).max(60).default(30),
    /** A rating is taken once this much of a clip was heard. */
    minimumListenSeconds: z.number().min(0).max(60).default(10),
    scale: z.literal(['like', 5, 7]).default('like'),
    /** Ratings from this one on count as liked. */
    likeFrom: z.int().optional(),
    attentionChecks: z.literal([0, 1]).default(1),
    /** Participants to finish; 34 have a power of 0.8 for an effect of 0.5. */
    sampleSize: z.int().min(2).max(10_000).default(34),
    /** The smallest standardised mean difference (Cohen's d_z) worth finding. */
    smallestEffect: z.number().min(0.05).max(3).default(0.5),
    /** Probability of a difference where there is none, two-sided. */
    alpha: z.number().min(0.0001).max(0.2).default(0.05),
    /** Probability of finding the smallest effect. */
    power: z.number().min(0.5).max(0.999).default(0.8),
    /** The two arms of the confirmatory test; the first two where left out. */
    primary: z.tuple([z.string(), z.string()]).optional(),
    /** Of the p-values of all other pairs of arms. */
    correction: z.literal('holm').default('holm'),
    /** Whose ratings the analysis leaves out; the report counts them, and repeats the test with them. */
    exclusions: z
      .strictObject({
        unfinished: z.boolean().default(true),
        failedAttention: z.boolean().default(true),
        sameAnswerThroughout: z.boolean().default(true),
        fasterThanMinimumListen: z.boolean().default(true),
      })
      .prefault({}),
    /** Of the order of the clips and the analysis; nobody who takes part may know it. */
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1),
  })
  .transform((plan) => ({
    ...plan,
    likeFrom: plan.likeFrom ?? defaultLikeFrom[plan.scale],
    primary: plan.primary ?? ([plan.arms[0]!.name, plan.arms[1]!.name] as [string, string]),
  }))
  .superRefine((plan, context) => {
    const names = plan.arms.map(({ name }) => name);
    const refuse = (path: PropertyKey[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    if (!isUnique(names)) refuse(['arms'], 'Expected a different name for every arm');
    if (plan.minimumListenSeconds > plan.clipSeconds)
      refuse(['minimumListenSeconds'], 'Expected at most clipSeconds');
    const [lowest, highest] = ratingRange(plan.scale);
    if (!(plan.likeFrom > lowest && plan.likeFrom <= highest))
      refuse(['likeFrom'], `Expected ${lowest + 1} to ${highest}`);
    if (plan.primary[0] === plan.primary[1] || !plan.primary.every((name) => names.includes(name)))
      refuse(['primary'], 'Expected the names of two arms');
  });

export type StudyPlanInput = z.input<typeof planSchema>;
export type StudyPlan = z.output<typeof planSchema>;
export type Arm = StudyPlan['arms'][number];
export type ArmSource = Arm['source'];

/**
 * Fills in the defaults.
 *
 * @throws StudyError BAD_PLAN, naming the first field that is wrong, misspelt ones included
 */
export function parsePlan(input: unknown): StudyPlan {
  const parsed = planSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new StudyError('BAD_PLAN', sentence(parsed.error.issues[0]!, input));
}

function sentence(issue: z.core.$ZodIssue, input: unknown): string {
  const field = issue.path.length === 0 ? 'the plan' : issue.path.join('.');
  if (issue.code === 'unrecognized_keys')
    return `Expected a known option for ${field} but received "${issue.keys[0]}".`;
  const received = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    input,
  );
  // Of "Too small: expected number to be >=2" and its like the part in the middle.
  const what = issue.message.replace(/^.*?expected /i, '').replace(/, received .*$/, '');
  return `Expected ${what} for ${field} but received ${JSON.stringify(received)?.slice(0, 100)}.`;
}

/** Five recommended songs among ten that the experimenter set. */
export const recommendedAndSet = (trackIds: readonly string[]): Omit<StudyPlanInput, 'seed'> => ({
  arms: [
    { name: 'recommended', source: { kind: 'method', method: 2 }, songs: 5 },
    { name: 'set', source: { kind: 'set', trackIds: [...trackIds] }, songs: 10 },
  ],
});

/** SHA-256, hexadecimal, over the plan as JSON with sorted keys: the same plan, the same hash. */
export const planHash = (plan: StudyPlan): string =>
  createHash('sha256').update(canonicalJson(plan)).digest('hex');

const canonicalJson = (plan: StudyPlan): string =>
  JSON.stringify(plan, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
