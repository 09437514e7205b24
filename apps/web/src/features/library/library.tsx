'use client';

import { Badge, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouter, useSearchParams } from 'next/navigation';
import { useTRPC } from '../../api/trpc.ts';
import { Page } from '../../components/page.tsx';
import { TabList } from '../../components/tab-list.tsx';
import { count, roughly } from '../../format.ts';
import { AnalysisPanel } from './analysis-panel.tsx';
import { Failures } from './failures.tsx';
import { Folders } from './folders.tsx';
import { Songs } from './songs.tsx';

export function Library() {
  const trpc = useTRPC();
  const router = useRouter();
  const tab = useSearchParams().get('tab') ?? 'songs';
  const { data: status } = useQuery(trpc.library.status.queryOptions());
  return (
    <Page
      title="Library"
      actions={
        <span className="quiet" style={{ fontSize: 'var(--mantine-font-size-sm)' }}>
          {status && `${roughly(status.durationSeconds)} of music`}
        </span>
      }
    >
      <AnalysisPanel />
      <Tabs
        value={tab}
        onChange={(next) => router.replace(next === 'songs' ? '/library' : `/library?tab=${next}`)}
        keepMounted={false}
      >
        <TabList>
          <Tabs.Tab value="songs">Songs</Tabs.Tab>
          <Tabs.Tab
            value="failures"
            rightSection={
              status &&
              status.failed > 0 && (
                <Badge size="sm" color="red" variant="light">
                  {count(status.failed)}
                </Badge>
              )
            }
          >
            Failures
          </Tabs.Tab>
          <Tabs.Tab value="folders">Folders</Tabs.Tab>
        </TabList>
        <Tabs.Panel value="songs" pt="md">
          <Songs />
        </Tabs.Panel>
        <Tabs.Panel value="failures" pt="md">
          <Failures />
        </Tabs.Panel>
        <Tabs.Panel value="folders" pt="md">
          <Folders />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
