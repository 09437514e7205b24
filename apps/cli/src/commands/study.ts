import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import {
  closeStudy,
  type Consonance,
  createStudy,
  findStudy,
  invite,
  listStudies,
  openStudy,
  type PlanWithoutSeed,
  removeStudy,
  type Study,
  studyProgress,
} from '@consonance/engine';
import { analysePower, parsePlan } from '@consonance/study';
import { withConsonance } from '../compose.ts';
import { globalOptions, print } from '../context.ts';
import { UsageError } from '../errors.ts';
import { positiveInteger } from '../numbers.ts';
import { formatTable } from '../table.ts';
import { registerStudyResults } from './study-results.ts';

export function registerStudy(program: Command): void {
  const study = program
    .command('study')
    .description('blinded listening studies: do people like what a method recommends?');

  study
    .command('create')
    .description(
      'draft a study; both methods and random songs, five each, unless a plan says otherwise',
    )
    .option('--plan <file>', 'JSON; docs/listening-study.md has its fields')
    .option('--title <text>', 'what participants see first')
    .action(async (options: { plan?: string; title?: string }, command: Command) => {
      const plan = await readPlan(options);
      await show(command, (consonance) => createStudy(consonance, plan));
    });

  study
    .command('list')
    .description('the studies, the latest first')
    .action(async (_: unknown, command: Command) => {
      const options = globalOptions(command);
      const studies = await withConsonance(options.dataDir, listStudies);
      const rows = studies.map(({ id, plan, state, hash }) => [
        ...[id, plan.title, state, hash?.slice(0, 12) ?? ''],
      ]);
      const none = 'No studies. "consonance study create" drafts one.';
      const table = rows.length === 0 ? none : formatTable(['id', 'title', 'state', 'plan'], rows);
      print(options, studies, table);
    });

  study
    .command('show')
    .description('a study with its plan')
    .argument('<id>')
    .action((id: string, _: unknown, command: Command) =>
      show(command, (consonance) => findStudy(consonance, id)),
    );

  study
    .command('power')
    .description(
      'how many participants a plan needs, and how likely its sample size finds the effect',
    )
    .option('--plan <file>', 'JSON; the defaults without one')
    .option('--effect <d_z>', 'smallest difference worth finding, in standard deviations', positive)
    .option('--size <n>', 'participants', positiveInteger)
    .action(async (options: PowerOptions, command: Command) => {
      const plan = parsePlan({
        seed: 0,
        ...(await readPlan(options)),
        ...(options.effect !== undefined && { smallestEffect: options.effect }),
        ...(options.size !== undefined && { sampleSize: options.size }),
      });
      const { participants, power } = analysePower(plan);
      print(
        globalOptions(command),
        { participants, power },
        `An effect of d_z = ${plan.smallestEffect} at α = ${plan.alpha}:\n` +
          `${participants} participants find it with a power of ${plan.power};\n` +
          `${plan.sampleSize} participants have a power of ${power.toFixed(3)}.`,
      );
    });

  study
    .command('open')
    .description('freeze the plan under its hash; from now on people can be invited')
    .argument('<id>')
    .action((id: string, _: unknown, command: Command) =>
      show(command, (consonance) => openStudy(consonance, id)),
    );

  study
    .command('invite')
    .description('make links, each for one participant; they are shown this once')
    .argument('<id>')
    .option('--count <n>', 'how many', positiveInteger, 1)
    .option(
      '--origin <url>',
      'where participants reach the server',
      origin,
      'http://localhost:7700',
    )
    .action(async (id: string, { count, origin: at }: InviteOptions, command: Command) => {
      const options = globalOptions(command);
      const tokens = await withConsonance(options.dataDir, (consonance) =>
        invite(consonance, id, count),
      );
      const links = tokens.map((token) => `${at}/take-part/?invitation=${token}`);
      print(options, { links }, links.join('\n'));
    });

  study
    .command('progress')
    .description('how many take part; nothing of what they answer before the study is closed')
    .argument('<id>')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = globalOptions(command);
      const progress = await withConsonance(options.dataDir, (consonance) =>
        studyProgress(consonance, id),
      );
      const { invited, started, finished, withdrawn, ratings, sampleSize } = progress;
      const header = ['invited', 'started', 'finished', 'planned', 'withdrawn', 'ratings'];
      const row = [invited, started, finished, sampleSize, withdrawn, ratings];
      print(options, progress, formatTable(header, [row]));
    });

  study
    .command('close')
    .description('end the ratings; now there is a report')
    .argument('<id>')
    .action((id: string, _: unknown, command: Command) =>
      show(command, (consonance) => closeStudy(consonance, id)),
    );

  registerStudyResults(study);

  study
    .command('remove')
    .description('delete a study with everything that participants gave')
    .argument('<id>')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = globalOptions(command);
      await withConsonance(options.dataDir, (consonance) => removeStudy(consonance, id));
      print(options, { id }, `Removed ${id}.`);
    });
}

interface PowerOptions {
  plan?: string;
  effect?: number;
  size?: number;
}

interface InviteOptions {
  count: number;
  origin: string;
}

async function readPlan({
  plan: file,
  title,
}: {
  plan?: string;
  title?: string;
}): Promise<PlanWithoutSeed> {
  const plan = file === undefined ? {} : await readJson(file);
  return { ...plan, ...(title !== undefined && { title }) };
}

async function readJson(file: string): Promise<PlanWithoutSeed> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`Expected a file that can be read for --plan but received "${file}".`);
  });
  try {
    return JSON.parse(text) as PlanWithoutSeed;
  } catch {
    throw new UsageError(`Expected JSON in ${file}, the file of --plan.`);
  }
}

async function show(command: Command, work: (consonance: Consonance) => Promise<Study>) {
  const options = globalOptions(command);
  const study = await withConsonance(options.dataDir, work);
  print(options, study, studyText(study));
}

function studyText({ id, plan, state, hash, modelId, openedAt, closedAt }: Study): string {
  const times = [
    ...(openedAt ? [`opened ${openedAt.toISOString()}, model ${modelId}`] : []),
    ...(closedAt ? [`closed ${closedAt.toISOString()}`] : []),
  ];
  const arms = plan.arms.map(({ name, source, songs }) => [name, source.kind, songs]);
  return [
    `${id}  ${plan.title} (${state})`,
    ...times,
    ...(hash === null ? [] : [`plan ${hash}`]),
    '',
    formatTable(['arm', 'songs from', 'clips'], arms),
    '',
    `${plan.sampleSize} participants; decided by "${plan.primary[0]}" against "${plan.primary[1]}".`,
  ].join('\n');
}

function origin(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text).origin;
  throw new InvalidArgumentError(
    `Expected an address such as https://music.example but received "${text}".`,
  );
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError(`Expected a number above 0 but received "${text}".`);
}
