import { TextInput, Textarea } from '@mantine/core';
import { Panel } from '../models/panel.tsx';
import type { PlanPartProps } from './plan-part.ts';

/** What participants read. */
export function Words({ plan: { title, consent }, onChange }: PlanPartProps) {
  return (
    <Panel title="What participants read">
      <TextInput
        label="Title"
        required
        maxLength={120}
        value={title}
        onChange={({ currentTarget }) => onChange({ title: currentTarget.value })}
      />
      <Textarea
        label="What they agree to"
        description="Say who asks, what for, what is stored and for how long."
        required
        autosize
        minRows={4}
        maxLength={5000}
        value={consent}
        onChange={({ currentTarget }) => onChange({ consent: currentTarget.value })}
      />
    </Panel>
  );
}
