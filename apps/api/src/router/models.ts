import {
  EngineError,
  listModels,
  listReports,
  listRuns,
  readReport,
  readRun,
} from '@consonance/engine';
import { z } from 'zod';
import * as schemas from '../schemas.ts';
import { adminProcedure, procedure, router } from '../trpc.ts';

export const modelsRouter = router({
  list: procedure
    .input(schemas.noInput)
    .output(z.array(schemas.model))
    .query(async ({ ctx: { consonance } }) => {
      const { models } = await consonance.library.status();
      const counts = new Map(models.map(({ modelId, analysed }) => [modelId, analysed]));
      return (await listModels()).map((model) => ({
        ...model,
        isCurrent: model.modelId === consonance.modelId,
        analysed: counts.get(model.modelId) ?? 0,
      }));
    }),

  use: adminProcedure
    .input(schemas.useModelInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx: { consonance }, input: { name } }) => {
      // Only what was listed: the engine would take a folder too.
      const names = (await listModels()).map((model) => model.name);
      const runs = (await listRuns(consonance.library.dataDirectory)).map(({ id }) => id);
      if (![...names, ...runs].includes(name)) {
        throw new EngineError(
          'UNKNOWN_MODEL',
          `Expected ${names.join(', ')} or a training run but received "${name}".`,
        );
      }
      await consonance.useModel(name);
      return {};
    }),

  runs: procedure
    .input(schemas.noInput)
    .output(z.array(schemas.runSummary))
    .query(async ({ ctx: { consonance } }) => {
      const runs = await listRuns(consonance.library.dataDirectory);
      return runs.map(({ createdAt, ...run }) => ({ ...run, createdAt: createdAt.toISOString() }));
    }),

  run: procedure
    .input(schemas.byId)
    .output(schemas.run)
    .query(async ({ ctx: { consonance }, input: { id } }) => {
      const run = await readRun(consonance.library.dataDirectory, id);
      if (!run) throw unknown('a run', id);
      return { ...run, createdAt: run.createdAt.toISOString() };
    }),

  reports: procedure
    .input(schemas.noInput)
    .output(z.array(schemas.reportSummary))
    .query(({ ctx: { consonance } }) => listReports(consonance.library.dataDirectory)),

  report: procedure
    .input(schemas.byId)
    .output(schemas.report)
    .query(async ({ ctx: { consonance }, input: { id } }) => {
      const report = await readReport(consonance.library.dataDirectory, id);
      if (!report) throw unknown('a report', id);
      return report;
    }),
});

const unknown = (what: string, id: string) =>
  new EngineError('UNKNOWN_REPORT', `Expected the id of ${what} but received "${id}".`);
