'use client';

import { Tabs } from '@mantine/core';
import { useRouter, useSearchParams } from 'next/navigation';
import { Page } from '../../components/page.tsx';
import { TabList } from '../../components/tab-list.tsx';
import { Preference } from '../interleaving/preference.tsx';
import { Ablation } from './ablation.tsx';
import { Benchmarks } from './benchmarks.tsx';
import { Comparison } from './comparison.tsx';
import { Embedders } from './embedders.tsx';
import { Installed } from './installed.tsx';
import { Recommenders } from './recommenders.tsx';
import { Reports } from './reports.tsx';
import { Runs } from './runs.tsx';

/** What recommends here, and what was measured about it. */
export function Models() {
  const router = useRouter();
  const tab = useSearchParams().get('tab') ?? 'models';
  return (
    <Page title="Models">
      <Tabs
        value={tab}
        onChange={(next) => router.replace(next === 'models' ? '/models' : `/models?tab=${next}`)}
        keepMounted={false}
      >
        <TabList>
          <Tabs.Tab value="models">Installed</Tabs.Tab>
          <Tabs.Tab value="runs">Training</Tabs.Tab>
          <Tabs.Tab value="comparison">CNN and CRNN</Tabs.Tab>
          <Tabs.Tab value="ablation">Ablation</Tabs.Tab>
          <Tabs.Tab value="embedders">Embeddings</Tabs.Tab>
          <Tabs.Tab value="recommenders">Recommenders</Tabs.Tab>
          <Tabs.Tab value="benchmarks">Speed</Tabs.Tab>
          <Tabs.Tab value="preference">Everyday use</Tabs.Tab>
        </TabList>
        <Tabs.Panel value="models" pt="md">
          <Installed />
        </Tabs.Panel>
        <Tabs.Panel value="runs" pt="md">
          <Runs />
        </Tabs.Panel>
        <Tabs.Panel value="comparison" pt="md">
          <Reports kind="comparison" draw={Comparison} />
        </Tabs.Panel>
        <Tabs.Panel value="ablation" pt="md">
          <Reports kind="ablation" draw={Ablation} />
        </Tabs.Panel>
        <Tabs.Panel value="embedders" pt="md">
          <Reports kind="embedders" draw={Embedders} />
        </Tabs.Panel>
        <Tabs.Panel value="recommenders" pt="md">
          <Reports kind="recommenders" draw={Recommenders} />
        </Tabs.Panel>
        <Tabs.Panel value="benchmarks" pt="md">
          <Reports kind="benchmarks" draw={Benchmarks} />
        </Tabs.Panel>
        <Tabs.Panel value="preference" pt="md">
          <Preference />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
