import { ActionIcon, type MantineColorScheme, useMantineColorScheme } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import { type Icon, IconMoon, IconSun, IconSunMoon } from '@tabler/icons-react';

interface Scheme {
  icon: Icon;
  label: string;
  next: MantineColorScheme;
}

const schemes: Record<MantineColorScheme, Scheme> = {
  auto: { icon: IconSunMoon, label: 'Colours of the system', next: 'light' },
  light: { icon: IconSun, label: 'Light colours', next: 'dark' },
  dark: { icon: IconMoon, label: 'Dark colours', next: 'auto' },
};

export function ColourSchemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  // What the page was exported with, until the browser's own choice is known.
  const scheme = useMounted() ? colorScheme : 'auto';
  const { icon: SchemeIcon, label, next } = schemes[scheme];
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      title={label}
      aria-label={`${label}; press for ${schemes[next].label.toLowerCase()}`}
      onClick={() => setColorScheme(next)}
    >
      <SchemeIcon size={19} stroke={1.7} aria-hidden />
    </ActionIcon>
  );
}
