import {
  Badge,
  Button,
  Checkbox,
  Group,
  Modal,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { Loaded, Rows } from '../../components/states.tsx';
import { NewPassword } from './new-password.tsx';
import classes from './settings.module.css';

type User = Outputs['users']['list'][number];

/** Who may log in; nobody has to before the first user is there. */
export function Users() {
  const trpc = useTRPC();
  const users = useQuery(trpc.users.list.queryOptions());
  const [leaving, setLeaving] = useState<User>();
  return (
    <Stack>
      <section className={`panel ${classes.panel}`} aria-label="Users">
        <Loaded query={users} skeleton={<Rows count={2} height={40} />}>
          {(list) =>
            list.length === 0 ? (
              <Text size="sm" className="quiet">
                There are no users: whoever sits at this machine may do everything. With the first
                one, everybody has to log in, and other machines may connect.
              </Text>
            ) : (
              <ul className={classes.list}>
                {list.map((user) => (
                  <li key={user.id} className={classes.item}>
                    <Text size="sm" className={classes.detail ?? ''}>
                      {user.name}{' '}
                      {user.isAdmin && (
                        <Badge size="sm" variant="default">
                          administrator
                        </Badge>
                      )}
                    </Text>
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`Remove ${user.name}`}
                      onClick={() => setLeaving(user)}
                    >
                      Remove
                    </Button>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </section>
      <NewUser isFirst={users.data?.length === 0} />
      <Modal
        opened={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        title="Remove the user?"
      >
        {leaving && <Removal user={leaving} onDone={() => setLeaving(undefined)} />}
      </Modal>
    </Stack>
  );
}

function NewUser({ isFirst }: { isFirst: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [isAdmin, setAdmin] = useState(false);
  const create = useMutation(
    trpc.users.create.mutationOptions({
      onSuccess() {
        // From the first user on, this browser has to log in as well.
        if (isFirst) return window.location.assign('/login?from=/settings');
        setName('');
        setPassword('');
        setAdmin(false);
        return queryClient.invalidateQueries({ queryKey: trpc.users.pathKey() });
      },
    }),
  );
  return (
    <form
      className={`panel ${classes.panel}`}
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ name: name.trim(), password, isAdmin });
      }}
    >
      <Stack>
        <Title order={2} size="h5">
          {isFirst ? 'The first user' : 'Another user'}
        </Title>
        <TextInput
          label="Name"
          autoComplete="off"
          required
          maxLength={200}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <NewPassword label="Password" value={password} onChange={setPassword} />
        {isFirst ? (
          <Text size="sm" className="quiet">
            The first user is an administrator.
          </Text>
        ) : (
          <Checkbox
            label="Administrator: may change folders, settings and users"
            checked={isAdmin}
            onChange={({ currentTarget }) => setAdmin(currentTarget.checked)}
          />
        )}
        <Button type="submit" loading={create.isPending} w="fit-content">
          Add the user
        </Button>
      </Stack>
    </form>
  );
}

function Removal({ user, onDone }: { user: User; onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.users.remove.mutationOptions({
      onSuccess() {
        onDone();
        return queryClient.invalidateQueries();
      },
    }),
  );
  return (
    <>
      <Text size="sm">{user.name} can no longer log in. Histories and playlists stay.</Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onDone}>
          Keep
        </Button>
        <Button
          color="red"
          loading={remove.isPending}
          onClick={() => remove.mutate({ id: user.id })}
        >
          Remove
        </Button>
      </Group>
    </>
  );
}
