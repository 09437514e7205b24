import { Text } from '@mantine/core';
import { PageLink } from '../components/page-link.tsx';
import classes from './logo.module.css';

/** Three partials of one tone. */
export function Logo() {
  return (
    <PageLink href="/" className={classes.logo} aria-label="Consonance">
      <svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
        <g fill="none" stroke="var(--mantine-primary-color-filled)" strokeWidth="2.2">
          <path d="M2 13 C 6 1, 9 1, 13 13 S 20 25, 24 13" />
          <path
            d="M2 13 C 4 5, 6 5, 7.5 13 S 11 21, 13 13 S 17 5, 18.5 13 S 22 21, 24 13"
            opacity=".45"
          />
        </g>
      </svg>
      <Text fw={650} visibleFrom="xs" component="span">
        Consonance
      </Text>
    </PageLink>
  );
}
