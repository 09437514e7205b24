import { Code, CopyButton, Button, Group } from '@mantine/core';
import type { StudyPlan } from '@consonance/study';
import { day } from '../../format.ts';
import { Panel } from '../models/panel.tsx';
import classes from './experiments.module.css';
import { sourceKey, sources } from './sources.ts';
import type { StudyDetails } from './study.tsx';

/** The frozen plan's fingerprint. */
export function Hash({ study: { hash, openedAt } }: { study: StudyDetails }) {
  return (
    <Panel
      title="Registered plan"
      note={`SHA-256 of plan and analysis${openedAt === null ? '' : `, frozen on ${day(openedAt)}`}. Published before the first answer it proves that nothing was changed afterwards.`}
    >
      <Group gap="sm">
        <Code className={classes.hash ?? ''}>{hash}</Code>
        <CopyButton value={hash ?? ''}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Panel>
  );
}

const scaleText = { like: 'like or dislike', 5: '1 to 5', 7: '1 to 7' };

/** The plan in words, when nothing can be changed any more. */
export function PlanSummary({ plan }: { plan: StudyPlan }) {
  const rows: Record<string, string> = {
    Sources: plan.arms
      .map(({ name, source, songs }) => `${name}: ${songs} × ${sources[sourceKey(source)]!.label}`)
      .join('; '),
    Question: `${plan.primary[0]} against ${plan.primary[1]}`,
    Participants: `${plan.sampleSize}, for an effect of ${plan.smallestEffect} at α = ${plan.alpha} with a power of ${plan.power}`,
    Rating: `${scaleText[plan.scale]}, after ${plan.minimumListenSeconds} of ${plan.clipSeconds} s`,
    'Songs chosen': String(plan.seedCount),
    'Attention checks': String(plan.attentionChecks),
  };
  return (
    <Panel title="The plan">
      <dl className={classes.summary}>
        {Object.entries(rows).map(([name, value]) => (
          <div key={name}>
            <dt className="quiet">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
