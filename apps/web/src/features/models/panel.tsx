import { Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './models.module.css';

interface PanelProps {
  title: string;
  /** How to read it. */
  note?: ReactNode;
  /** Beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

export function Panel({ title, note, actions, children }: PanelProps) {
  const id = useId();
  return (
    <section className={`panel ${classes.panel}`} aria-labelledby={id}>
      <div className={classes.head}>
        <Title order={2} size="h5" id={id}>
          {title}
        </Title>
        {actions}
      </div>
      {note && (
        <Text size="sm" className="quiet">
          {note}
        </Text>
      )}
      {children}
    </section>
  );
}
