import type { StudyPlanInput } from '@consonance/study';
import type { useTRPCClient } from '../../api/trpc.ts';

export interface Design {
  name: string;
  about: string;
  isFirst?: boolean;
  plan(client: ReturnType<typeof useTRPCClient>): Promise<Omit<StudyPlanInput, 'seed'>>;
}

/** Plans to begin with; the server fills in the defaults, and draws the seed. */
export const designs: readonly Design[] = [
  {
    name: 'Two methods',
    about:
      'Which method finds more songs that people like? Five clips by sound, five by sound and genre, and five random ones as a control, mixed.',
    isFirst: true,
    plan: async () => ({ title: 'Sound, or sound and genre?' }),
  },
  {
    name: 'Recommended among set songs',
    about:
      'Do people like recommended songs more than others? Five recommended clips among ten that you set, the same for everybody.',
    plan: async (client) => {
      const { seeds } = await client.recommend.suggestSeeds.query({
        count: 10,
      });
      return {
        title: 'Recommended, or not?',
        arms: [
          {
            name: 'recommended',
            source: { kind: 'method', method: 2 },
            songs: 5,
          },
          {
            name: 'set',
            source: { kind: 'set', trackIds: seeds.map(({ id }) => id) },
            songs: 10,
          },
        ],
      };
    },
  },
];
