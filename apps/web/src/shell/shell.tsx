'use client';

import { AppShell, Burger, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { usePathname } from 'next/navigation';
import { type ReactNode, useEffect } from 'react';
import { AnalysisProvider } from '../api/analysis.tsx';
import { PlayerBar } from '../player/player-bar.tsx';
import { useCreditPlays } from '../player/use-credit-plays.ts';
import { useKeyboard } from '../player/use-keyboard.ts';
import { useRecordListens } from '../player/use-record-listens.ts';
import { AnalysisIndicator } from './analysis-indicator.tsx';
import { ColourSchemeToggle } from './colour-scheme-toggle.tsx';
import { Logo } from './logo.tsx';
import { Navigation } from './navigation.tsx';
import classes from './shell.module.css';

/** Header, navigation and player around every page but those for people who are not logged in. */
export function Shell({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  if (pathname.startsWith('/login') || pathname.startsWith('/take-part')) {
    return <main>{children}</main>;
  }
  return (
    <AnalysisProvider>
      <FullShell pathname={pathname}>{children}</FullShell>
    </AnalysisProvider>
  );
}

function FullShell({ pathname, children }: { pathname: string; children: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure(false);
  useEffect(close, [pathname, close]);
  useKeyboard();
  useRecordListens();
  useCreditPlays();
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 196, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      footer={{ height: { base: 96, sm: 68 } }}
      transitionDuration={0}
      withBorder={false}
      padding={0}
    >
      <AppShell.Header className={classes.header}>
        <a href="#content" className={classes.skip}>
          Skip to content
        </a>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label="Navigation"
            aria-expanded={opened}
          />
          <Logo />
          <AnalysisIndicator />
          <ColourSchemeToggle />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} data-opened={opened || undefined}>
        <Navigation pathname={pathname} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        {children}
      </AppShell.Main>
      <AppShell.Footer className={classes.footer} component="section" aria-label="Player">
        <PlayerBar />
      </AppShell.Footer>
    </AppShell>
  );
}
