'use client';

import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../api/trpc.ts';
import { Page } from '../../components/page.tsx';
import { TabList } from '../../components/tab-list.tsx';
import { Folders } from '../library/folders.tsx';
import { About } from './about.tsx';
import { Account } from './account.tsx';
import { Backup } from './backup.tsx';
import { General } from './general.tsx';
import { Users } from './users.tsx';

/** How the program works, for whom, and what it runs on. */
export function Settings() {
  const trpc = useTRPC();
  const { data: me } = useQuery(trpc.auth.me.queryOptions());
  const isAdmin = me?.isOpen || me?.user?.isAdmin;
  return (
    <Page title="Settings">
      <Tabs defaultValue="general" keepMounted={false}>
        <TabList mb="md">
          <Tabs.Tab value="general">General</Tabs.Tab>
          {isAdmin && <Tabs.Tab value="folders">Folders</Tabs.Tab>}
          {me?.user && <Tabs.Tab value="account">Account</Tabs.Tab>}
          {isAdmin && <Tabs.Tab value="users">Users</Tabs.Tab>}
          {isAdmin && <Tabs.Tab value="backup">Backup</Tabs.Tab>}
          <Tabs.Tab value="about">About</Tabs.Tab>
        </TabList>
        <Tabs.Panel value="general">
          <General readOnly={!isAdmin} />
        </Tabs.Panel>
        <Tabs.Panel value="folders">
          <Folders />
        </Tabs.Panel>
        <Tabs.Panel value="account">
          <Account />
        </Tabs.Panel>
        <Tabs.Panel value="users">
          <Users />
        </Tabs.Panel>
        <Tabs.Panel value="backup">
          <Backup />
        </Tabs.Panel>
        <Tabs.Panel value="about">
          <About />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
