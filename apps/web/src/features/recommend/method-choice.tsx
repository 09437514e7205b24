import { SegmentedControl } from '@mantine/core';
import type { Method } from './recommend.tsx';

interface MethodChoiceProps {
  /** What the method is for, for those who cannot see the place. */
  label: string;
  value: Method;
  onChange: (method: Method) => void;
}

/** One of the two methods. */
export function MethodChoice({ label, value, onChange }: MethodChoiceProps) {
  return (
    <SegmentedControl
      size="xs"
      aria-label={label}
      value={value}
      onChange={(method) => onChange(method as Method)}
      data={[
        { value: 'cosine', label: 'Sound' },
        { value: 'genre', label: 'Sound and genre' },
      ]}
    />
  );
}
