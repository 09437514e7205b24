import { z } from 'zod';
import { noInput, nothing } from '../schemas.ts';
import { adminProcedure, router } from '../trpc.ts';
import { userView } from './auth.ts';

export const usersRouter = router({
  list: adminProcedure
    .input(noInput)
    .output(z.array(userView))
    .query(({ ctx: { request } }) => request.server.accounts.list()),

  create: adminProcedure
    .input(
      z.strictObject({
        name: z.string().trim().min(1).max(200),
        password: z.string().max(1000),
        isAdmin: z.boolean().default(false).describe('The first user always is'),
      }),
    )
    .output(userView)
    .mutation(({ ctx: { request }, input }) => request.server.accounts.add(input)),

  remove: adminProcedure
    .input(z.strictObject({ id: z.string() }))
    .output(nothing)
    .mutation(async ({ ctx: { request }, input }) => {
      await request.server.accounts.remove(input.id);
      return {};
    }),
});
