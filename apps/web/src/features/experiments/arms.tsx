import { ActionIcon, Button, NumberInput, Select, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { Arm } from '@consonance/study';
import { Panel } from '../models/panel.tsx';
import { addArm, changeArm, removeArm } from './arm-changes.ts';
import classes from './experiments.module.css';
import { type PlanPartProps, numberOr } from './plan-part.ts';
import { SetSongs } from './set-songs.tsx';
import { sourceKey, sources } from './sources.ts';

/** The sources of songs that are compared, and which two of them the study is about. */
export function Arms({ plan, onChange }: PlanPartProps) {
  const { arms, primary } = plan;
  const clips = arms.reduce((sum, { songs }) => sum + songs, 0);
  const names = arms.map(({ name }) => name);
  return (
    <Panel
      title="What is compared"
      note={`Each participant rates ${clips} clips in an order of their own; which source a clip comes from stays hidden. A song that several sources pick is played once and counts for all.`}
    >
      <ul className={classes.list}>
        {arms.map((arm, index) => (
          <ArmFields
            // Names change while one types.
            key={index}
            arm={arm}
            onChange={(part) => onChange(changeArm(plan, index, part))}
            onRemove={arms.length > 2 ? () => onChange(removeArm(plan, index)) : undefined}
          />
        ))}
      </ul>
      <Button
        variant="default"
        size="xs"
        w="fit-content"
        leftSection={<IconPlus size={14} stroke={1.7} aria-hidden />}
        disabled={arms.length >= 6}
        onClick={() => onChange(addArm(plan))}
      >
        Add a source
      </Button>
      <div className={classes.fields}>
        {([0, 1] as const).map((place) => (
          <Select
            key={place}
            label={place === 0 ? 'The question: does this' : 'do better or worse than this?'}
            allowDeselect={false}
            data={[...new Set(names)]}
            value={primary[place]}
            onChange={(name) => {
              if (name === null) return;
              const other = primary[1 - place]!;
              // Both the same: they change places.
              const kept = other === name ? primary[place] : other;
              onChange({ primary: place === 0 ? [name, kept] : [kept, name] });
            }}
          />
        ))}
      </div>
    </Panel>
  );
}

interface ArmFieldsProps {
  arm: Arm;
  onChange: (part: Partial<Arm>) => void;
  onRemove: (() => void) | undefined;
}

function ArmFields({ arm: { name, source, songs }, onChange, onRemove }: ArmFieldsProps) {
  return (
    <li className={classes.arm}>
      <TextInput
        label="Name in the report"
        required
        maxLength={60}
        value={name}
        onChange={({ currentTarget }) => onChange({ name: currentTarget.value })}
      />
      <Select
        label="Songs come from"
        allowDeselect={false}
        data={Object.entries(sources).map(([value, { label }]) => ({
          value,
          label,
        }))}
        value={sourceKey(source)}
        onChange={(key) => {
          const next = Object.entries(sources).find(([value]) => value === key);
          if (next) onChange({ source: next[1].source });
        }}
      />
      <NumberInput
        label="Clips"
        min={1}
        max={50}
        allowDecimal={false}
        value={songs}
        onChange={(value) => onChange({ songs: numberOr(songs, value) })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={`Remove ${name}`}
        disabled={!onRemove}
        onClick={onRemove}
      >
        <IconX size={17} stroke={1.7} />
      </ActionIcon>
      {source.kind === 'set' && (
        <SetSongs
          trackIds={source.trackIds}
          songs={songs}
          onChange={(trackIds) => onChange({ source: { kind: 'set', trackIds } })}
        />
      )}
    </li>
  );
}
