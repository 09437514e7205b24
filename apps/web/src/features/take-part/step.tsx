import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './take-part.module.css';

interface StepProps {
  title: string;
  children: ReactNode;
}

/** What has to be done now. Its title takes the focus, so that keys and screen readers start there. */
export function Step({ title, children }: StepProps) {
  return (
    <section className={`panel ${classes.step}`} aria-labelledby="step">
      <Title order={1} size="h3" id="step" tabIndex={-1} ref={takeFocus} className={classes.title}>
        {title}
      </Title>
      {children}
    </section>
  );
}

const takeFocus = (title: HTMLElement | null) => title?.focus({ preventScroll: true });
