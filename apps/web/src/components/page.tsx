import { Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './page.module.css';

interface PageProps {
  title: string;
  /** Beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page below the shell: one heading, one measure. */
export function Page({ title, actions, children }: PageProps) {
  return (
    <div className={classes.page}>
      <Group justify="space-between" mih={36} gap="sm">
        <Title order={1}>{title}</Title>
        {actions}
      </Group>
      {children}
    </div>
  );
}
