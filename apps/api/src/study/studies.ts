/** For experimenters. */
import {
  closeStudy,
  codebookOf,
  createStudy,
  exportRatings,
  findStudy,
  invite,
  listStudies,
  openStudy,
  removeStudy,
  reportOf,
  type Study,
  studyProgress,
  updateStudy,
} from '@consonance/engine';
import { analysePower, parsePlan } from '@consonance/study';
import { z } from 'zod';
import { noInput, nothing } from '../schemas.ts';
import { adminProcedure, router } from '../trpc.ts';
import * as schemas from './schemas.ts';

export const studiesRouter = router({
  list: adminProcedure
    .input(noInput)
    .output(z.array(schemas.studySummary))
    .query(async ({ ctx: { consonance } }) =>
      (await listStudies(consonance)).map((study) => summaryView(study)),
    ),

  get: adminProcedure
    .input(schemas.byStudy)
    .output(schemas.study)
    .query(async ({ ctx: { consonance }, input: { id } }) =>
      studyView(await findStudy(consonance, id)),
    ),

  create: adminProcedure
    .input(schemas.createInput)
    .output(schemas.study)
    .mutation(async ({ ctx: { consonance }, input: { plan } }) =>
      studyView(await createStudy(consonance, plan)),
    ),

  update: adminProcedure
    .input(schemas.updateInput)
    .output(schemas.study)
    .mutation(async ({ ctx: { consonance }, input: { id, plan } }) =>
      studyView(await updateStudy(consonance, id, plan)),
    ),

  power: adminProcedure
    .input(schemas.createInput)
    .output(schemas.powerAnalysis)
    .query(({ input: { plan } }) => analysePower(parsePlan({ seed: 0, ...plan }))),

  open: adminProcedure
    .input(schemas.byStudy)
    .output(schemas.study)
    .mutation(async ({ ctx: { consonance }, input: { id } }) =>
      studyView(await openStudy(consonance, id)),
    ),

  invite: adminProcedure
    .input(schemas.inviteInput)
    .output(schemas.invitations)
    .mutation(async ({ ctx: { consonance, request }, input: { id, count } }) => {
      const origin = `${request.protocol}://${request.host}`;
      const tokens = await invite(consonance, id, count);
      return { links: tokens.map((token) => `${origin}/take-part/?invitation=${token}`) };
    }),

  progress: adminProcedure
    .input(schemas.byStudy)
    .output(schemas.progress)
    .query(({ ctx: { consonance }, input: { id } }) => studyProgress(consonance, id)),

  close: adminProcedure
    .input(schemas.byStudy)
    .output(schemas.study)
    .mutation(async ({ ctx: { consonance }, input: { id } }) =>
      studyView(await closeStudy(consonance, id)),
    ),

  report: adminProcedure
    .input(schemas.byStudy)
    .output(schemas.studyReport)
    .query(async ({ ctx: { consonance }, input: { id } }) => {
      const { study, report, findings } = await reportOf(consonance, id);
      const { hash, openedAt, closedAt } = study;
      return {
        hash: hash!,
        report,
        findings,
        openedAt: openedAt!.toISOString(),
        closedAt: closedAt!.toISOString(),
      };
    }),

  exportCsv: adminProcedure
    .input(schemas.byStudy)
    .output(schemas.textFile)
    .query(async ({ ctx: { consonance }, input: { id } }) => ({
      fileName: `ratings-${id}.csv`,
      mediaType: 'text/csv',
      text: await exportRatings(consonance, id),
    })),

  codebook: adminProcedure
    .input(schemas.byStudy)
    .output(schemas.textFile)
    .query(async ({ ctx: { consonance }, input: { id } }) => ({
      fileName: `codebook-${id}.txt`,
      mediaType: 'text/plain',
      text: await codebookOf(consonance, id),
    })),

  remove: adminProcedure
    .input(schemas.byStudy)
    .output(nothing)
    .mutation(async ({ ctx: { consonance }, input: { id } }) => {
      await removeStudy(consonance, id);
      return {};
    }),
});

const summaryView = ({ id, state, plan, hash, createdAt, openedAt, closedAt }: Study) => ({
  id,
  state,
  hash,
  title: plan.title,
  createdAt: createdAt.toISOString(),
  openedAt: openedAt?.toISOString() ?? null,
  closedAt: closedAt?.toISOString() ?? null,
});

const studyView = (study: Study) => ({ ...summaryView(study), plan: study.plan });
