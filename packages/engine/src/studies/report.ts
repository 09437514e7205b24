/** What a study found, once it is closed. */
import {
  analyse,
  codebook,
  type ParticipantRecord,
  planHash,
  ratingsCsv,
  reportFindings,
  reportPage,
  type StudyReport,
} from '@consonance/study';
import type { Consonance } from '../consonance.ts';
import { EngineError } from '../errors.ts';
import { findStudy, type Study } from './experiment.ts';

export interface ClosedStudyReport {
  study: Study;
  report: StudyReport;
  /** Hypotheses and decision in words. */
  findings: string[];
}

/**
 * The analysis that the plan announced.
 *
 * @throws EngineError UNKNOWN_STUDY; STUDY_OPEN before the end; PLAN_CHANGED when the stored plan is not the
 *   one whose hash was fixed when the study opened
 */
export async function reportOf(consonance: Consonance, id: string): Promise<ClosedStudyReport> {
  const study = await closedStudy(consonance, id);
  const report = analyse(study.plan, await recordsOf(consonance, id));
  return { study, report, findings: reportFindings(report) };
}

/** The same as a web page that needs nothing else. @throws as `reportOf` */
export async function reportPageOf(consonance: Consonance, id: string): Promise<string> {
  return reportPage((await reportOf(consonance, id)).report);
}

/** Every rating, a line each. @throws as `reportOf` */
export async function exportRatings(consonance: Consonance, id: string): Promise<string> {
  await closedStudy(consonance, id);
  return ratingsCsv(await recordsOf(consonance, id));
}

/** What the columns of the ratings mean. @throws EngineError UNKNOWN_STUDY */
export async function codebookOf(consonance: Consonance, id: string): Promise<string> {
  return codebook((await findStudy(consonance, id)).plan);
}

async function closedStudy(consonance: Consonance, id: string): Promise<Study> {
  const study = await findStudy(consonance, id);
  if (study.state !== 'closed') {
    throw new EngineError(
      'STUDY_OPEN',
      'Results are shown once the study is closed: looking earlier would bias when it ends.',
    );
  }
  const hash = planHash(study.plan);
  if (hash === study.hash) return study;
  throw new EngineError(
    'PLAN_CHANGED',
    `Expected the plan with hash ${study.hash}, frozen when the study opened, but its hash is ${hash}.`,
  );
}

async function recordsOf({ library }: Consonance, id: string): Promise<ParticipantRecord[]> {
  return (await library.studies.records(id)).map(({ participant, clips }) => ({
    id: participant.id,
    number: participant.number!,
    startedAt: participant.startedAt!.toISOString(),
    finishedAt: participant.finishedAt?.toISOString() ?? null,
    clips: clips.map(({ attention, ...clip }) => ({
      ...clip,
      ...(attention !== null && { attention }),
    })),
  }));
}
