import {
  Alert,
  Button,
  Code,
  Group,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../api/trpc.ts';
import { Loaded, Rows } from '../../components/states.tsx';
import { day } from '../../format.ts';
import { NewPassword } from './new-password.tsx';
import classes from './settings.module.css';

/** The own password, and those of players and scripts. */
export function Account() {
  const trpc = useTRPC();
  const { data: me } = useQuery(trpc.auth.me.queryOptions());
  const logout = useMutation(
    trpc.auth.logout.mutationOptions({ onSuccess: () => window.location.assign('/login') }),
  );
  return (
    <Stack>
      <section className={`panel ${classes.panel}`}>
        <Group justify="space-between">
          <Text>
            Logged in as <b>{me?.user?.name}</b>
          </Text>
          <Button
            variant="default"
            leftSection={<IconLogout size={15} stroke={1.7} />}
            loading={logout.isPending}
            onClick={() => logout.mutate()}
          >
            Log out
          </Button>
        </Group>
      </section>
      <PasswordChange />
      <AppPasswords />
    </Stack>
  );
}

function PasswordChange() {
  const trpc = useTRPC();
  const [oldPassword, setOld] = useState('');
  const [newPassword, setNew] = useState('');
  const change = useMutation(
    trpc.auth.changePassword.mutationOptions({
      // A new password ends all sessions, also this one.
      onSuccess: () => window.location.assign('/login?from=/settings'),
    }),
  );
  return (
    <form
      className={`panel ${classes.panel}`}
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ oldPassword, newPassword });
      }}
    >
      <Stack>
        <Title order={2} size="h5">
          Password
        </Title>
        <PasswordInput
          label="Old password"
          autoComplete="current-password"
          required
          value={oldPassword}
          onChange={({ currentTarget }) => setOld(currentTarget.value)}
        />
        <NewPassword label="New password" value={newPassword} onChange={setNew} />
        <Button type="submit" variant="default" loading={change.isPending} w="fit-content">
          Change and log in again
        </Button>
      </Stack>
    </form>
  );
}

function AppPasswords() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const list = useQuery(trpc.auth.appPasswords.queryOptions());
  const [name, setName] = useState('');
  const refresh = () =>
    queryClient.invalidateQueries({ queryKey: trpc.auth.appPasswords.queryKey() });
  const create = useMutation(
    trpc.auth.createAppPassword.mutationOptions({
      onSuccess() {
        setName('');
        return refresh();
      },
    }),
  );
  const remove = useMutation(trpc.auth.removeAppPassword.mutationOptions({ onSuccess: refresh }));
  return (
    <section className={`panel ${classes.panel}`} aria-labelledby="app-passwords">
      <Stack>
        <div>
          <Title order={2} size="h5" id="app-passwords">
            App passwords
          </Title>
          <Text size="sm" className="quiet">
            One for each Subsonic player or script. It opens the music, not the account.
          </Text>
        </div>
        {create.data && (
          <Alert color="accent" title={`For ${create.data.name}, shown this once`} role="status">
            <Code>{create.data.secret}</Code>
          </Alert>
        )}
        <Loaded query={list} skeleton={<Rows count={1} height={36} />}>
          {(passwords) => (
            <ul className={classes.list}>
              {passwords.map(({ id, name: what, createdAt }) => (
                <li key={id} className={classes.item}>
                  <Text size="sm" className={classes.detail ?? ''}>
                    {what} <span className="quiet">since {day(createdAt)}</span>
                  </Text>
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`Revoke ${what}`}
                    onClick={() => remove.mutate({ id })}
                  >
                    Revoke
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate({ name: name.trim() });
          }}
        >
          <Group align="flex-end" gap="xs">
            <TextInput
              label="What is it for?"
              placeholder="Symfonium on my phone"
              value={name}
              required
              maxLength={200}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
            />
            <Button type="submit" variant="default" loading={create.isPending}>
              Make one
            </Button>
          </Group>
        </form>
      </Stack>
    </section>
  );
}
