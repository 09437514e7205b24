'use client';

import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { ApiProvider } from '../api/api-provider.tsx';
import { cssVariables, theme } from '../theme.ts';

export function Providers({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <ApiProvider>{children}</ApiProvider>
      <Notifications position="top-right" />
    </MantineProvider>
  );
}
