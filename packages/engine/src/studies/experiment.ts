/** What an experimenter does with listening studies. */
import { randomInt } from 'node:crypto';
import type { StoredStudy, StudyCounts } from '@consonance/library';
import { parsePlan, planHash, type StudyPlan, type StudyPlanInput } from '@consonance/study';
import type { Consonance } from '../consonance.ts';
import { EngineError } from '../errors.ts';
import { analysedMusic } from '../recommend.ts';
import { checkLibrary } from './arms.ts';
import { hashed, newSecret } from './secrets.ts';

export interface Study {
  id: string;
  state: 'draft' | 'open' | 'closed';
  plan: StudyPlan;
  /** SHA-256 of the plan; null in a draft. */
  hash: string | null;
  /** Of the model whose embeddings recommend; null in a draft. */
  modelId: string | null;
  createdAt: Date;
  openedAt: Date | null;
  closedAt: Date | null;
}

/** A plan without a seed gets a random one. */
export type PlanWithoutSeed = Omit<StudyPlanInput, 'seed'> & { seed?: number | undefined };

const complete = (plan: PlanWithoutSeed): StudyPlan =>
  parsePlan({ ...plan, seed: plan.seed ?? randomInt(2 ** 32) });

/** A draft. @throws StudyError BAD_PLAN naming the field */
export async function createStudy({ library }: Consonance, plan: PlanWithoutSeed): Promise<Study> {
  return studyOf(await library.studies.add(complete(plan)));
}

/** @throws StudyError BAD_PLAN; EngineError UNKNOWN_STUDY, NOT_DRAFT */
export async function updateStudy(
  consonance: Consonance,
  id: string,
  plan: PlanWithoutSeed,
): Promise<Study> {
  await findStudy(consonance, id);
  if (await consonance.library.studies.setPlan(id, complete(plan)))
    return findStudy(consonance, id);
  throw notDraft();
}

/** The latest first. */
export async function listStudies({ library }: Consonance): Promise<Study[]> {
  return (await library.studies.list()).map(studyOf);
}

/** @throws EngineError UNKNOWN_STUDY */
export async function findStudy({ library }: Consonance, id: string): Promise<Study> {
  const study = await library.studies.find(id);
  if (study) return studyOf(study);
  throw new EngineError('UNKNOWN_STUDY', `Expected the id of a study but received "${id}".`);
}

/**
 * Freezes plan and model under a hash; from now on people can be invited.
 *
 * @throws EngineError UNKNOWN_STUDY, NOT_DRAFT, NOTHING_ANALYSED, TOO_FEW_SONGS, UNKNOWN_SONG
 */
export async function openStudy(consonance: Consonance, id: string): Promise<Study> {
  const { plan } = await findStudy(consonance, id);
  const { studies } = consonance.library;
  checkLibrary(plan, await analysedMusic(consonance), await studies.mostPlayed());
  const frozen = { plan, planHash: planHash(plan), modelId: consonance.modelId };
  if (await studies.open(id, frozen)) return findStudy(consonance, id);
  throw notDraft();
}

const notDraft = () =>
  new EngineError('NOT_DRAFT', 'Expected a draft but the plan is frozen since the study opened.');

/**
 * @returns unguessable tokens (256 random bits), each for one participant; only their hashes are kept
 * @throws EngineError UNKNOWN_STUDY, STUDY_CLOSED
 */
export async function invite(consonance: Consonance, id: string, count: number): Promise<string[]> {
  const { state } = await findStudy(consonance, id);
  if (state !== 'open') throw notOpen(state);
  const tokens = Array.from({ length: count }, newSecret);
  await consonance.library.studies.invite(id, tokens.map(hashed));
  return tokens;
}

/**
 * How far the study is. It says nothing of the ratings themselves: who sees results early, and stops when
 * they please, finds differences where there are none.
 *
 * @throws EngineError UNKNOWN_STUDY
 */
export async function studyProgress(
  consonance: Consonance,
  id: string,
): Promise<StudyCounts & { sampleSize: number }> {
  const { plan } = await findStudy(consonance, id);
  return { ...(await consonance.library.studies.counts(id)), sampleSize: plan.sampleSize };
}

/** Ends the ratings; from now on there is a report. @throws EngineError UNKNOWN_STUDY, STUDY_CLOSED */
export async function closeStudy(consonance: Consonance, id: string): Promise<Study> {
  const { state } = await findStudy(consonance, id);
  if (!(await consonance.library.studies.close(id))) throw notOpen(state);
  await clearClips(consonance);
  return findStudy(consonance, id);
}

/** With all that participants gave. @throws EngineError UNKNOWN_STUDY */
export async function removeStudy(consonance: Consonance, id: string): Promise<void> {
  await findStudy(consonance, id);
  await consonance.library.studies.remove(id);
  await clearClips(consonance);
}

/** Clips are of no use once no study is open. */
async function clearClips(consonance: Consonance): Promise<void> {
  const studies = await listStudies(consonance);
  if (!studies.some(({ state }) => state === 'open')) await consonance.clips.clear();
}

const notOpen = (state: Study['state']) =>
  new EngineError('STUDY_CLOSED', `Expected an open study but it is ${stateName[state]}.`);

const stateName = { draft: 'a draft', open: 'open', closed: 'closed' };

/** The plan was checked before it was stored. */
export function studyOf({ planHash: hash, ...study }: StoredStudy): Study {
  const state = study.closedAt ? 'closed' : study.openedAt ? 'open' : 'draft';
  return { ...study, plan: study.plan as StudyPlan, hash, state };
}
