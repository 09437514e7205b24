import type { User } from '@consonance/library';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { noInput, nothing } from '../schemas.ts';
import { clearSession, setSession } from '../security/index.ts';
import { type Context, procedure, publicProcedure, router } from '../trpc.ts';

export const userView = z.object({ id: z.string(), name: z.string(), isAdmin: z.boolean() });

const password = z.string().max(1000);
const appPassword = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime().describe('ISO 8601, UTC'),
});

export const authRouter = router({
  me: publicProcedure
    .input(noInput)
    .output(
      z.object({
        user: userView.nullable(),
        isOpen: z.boolean().describe('Nobody has to log in, since there are no users'),
      }),
    )
    .query(({ ctx: { request } }) => ({ user: request.user, isOpen: request.isOpen })),

  login: publicProcedure
    .input(z.strictObject({ name: z.string().max(200), password }))
    .output(userView)
    .mutation(async ({ ctx: { request, reply }, input }) => {
      const { accounts } = request.server;
      const { user, token } = await accounts.logIn(input.name, input.password, request.ip);
      const earlier = clearSession(request, reply);
      if (earlier !== undefined) await accounts.logOut(earlier);
      setSession(request, reply, token);
      return user;
    }),

  logout: publicProcedure
    .input(noInput)
    .output(nothing)
    .mutation(async ({ ctx: { request, reply } }) => {
      const token = clearSession(request, reply);
      if (token !== undefined) await request.server.accounts.logOut(token);
      return {};
    }),

  changePassword: procedure
    .input(z.strictObject({ oldPassword: password, newPassword: password }))
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await accountsOf(ctx).changePassword(userOf(ctx), input.oldPassword, input.newPassword);
      return {};
    }),

  appPasswords: procedure
    .input(noInput)
    .output(z.array(appPassword))
    .query(async ({ ctx }) => {
      return (await accountsOf(ctx).appPasswords(userOf(ctx))).map(appPasswordView);
    }),

  createAppPassword: procedure
    .input(z.strictObject({ name: z.string().trim().min(1).max(200).describe('What it is for') }))
    .output(appPassword.extend({ secret: z.string().describe('Shown this once') }))
    .mutation(async ({ ctx, input }) => {
      const added = await accountsOf(ctx).addAppPassword(userOf(ctx), input.name);
      return { ...appPasswordView(added), secret: added.secret };
    }),

  removeAppPassword: procedure
    .input(z.strictObject({ id: z.string() }))
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await accountsOf(ctx).removeAppPassword(userOf(ctx), input.id);
      return {};
    }),
});

function accountsOf({ request }: Context) {
  return request.server.accounts;
}

/** In single-user mode there is nobody whose password it could be. */
function userOf({ request }: Context): User {
  if (request.user !== null) return request.user;
  throw new TRPCError({ code: 'PRECONDITION_FAILED', message: 'Add a user and log in first.' });
}

function appPasswordView({ id, name, createdAt }: { id: string; name: string; createdAt: Date }) {
  return { id, name, createdAt: createdAt.toISOString() };
}
