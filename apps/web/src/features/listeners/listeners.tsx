'use client';

import { Tabs } from '@mantine/core';
import { Page } from '../../components/page.tsx';
import { TabList } from '../../components/tab-list.tsx';
import { useListener } from '../../listener/use-listener.ts';
import { Choice } from './choice.tsx';
import { Discoveries } from './discoveries.tsx';
import { History } from './history.tsx';
import { HistoryImport } from './history-import.tsx';
import classes from './listeners.module.css';
import { Profile } from './profile.tsx';

/** Who listens here: what they like, what they heard, what is new to them. */
export function Listeners() {
  const [listener, setListener] = useListener();
  return (
    <Page title="Listeners">
      <div className={classes.columns}>
        <Choice current={listener} onChoose={setListener} />
        <section className={`panel ${classes.panel}`} aria-label={`Listener ${listener}`}>
          <Tabs defaultValue="profile" keepMounted={false} key={listener}>
            <TabList mb="md">
              <Tabs.Tab value="profile">Profile</Tabs.Tab>
              <Tabs.Tab value="discoveries">Discoveries</Tabs.Tab>
              <Tabs.Tab value="history">History</Tabs.Tab>
              <Tabs.Tab value="import">Import</Tabs.Tab>
            </TabList>
            <Tabs.Panel value="profile">
              <Profile listener={listener} />
            </Tabs.Panel>
            <Tabs.Panel value="discoveries">
              <Discoveries listener={listener} />
            </Tabs.Panel>
            <Tabs.Panel value="history">
              <History listener={listener} />
            </Tabs.Panel>
            <Tabs.Panel value="import">
              <HistoryImport listener={listener} />
            </Tabs.Panel>
          </Tabs>
        </section>
      </div>
    </Page>
  );
}
