import { Button, Group, NavLink, Text, TextInput, Title } from '@mantine/core';
import { IconPlus, IconUser } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../api/trpc.ts';
import { Loaded, Rows } from '../../components/states.tsx';
import { count } from '../../format.ts';
import classes from './listeners.module.css';

interface ChoiceProps {
  current: string;
  onChoose: (name: string) => void;
}

/** Whose likes and plays this browser writes down. */
export function Choice({ current, onChoose }: ChoiceProps) {
  const trpc = useTRPC();
  const listeners = useQuery(trpc.listeners.list.queryOptions());
  return (
    <section className={`panel ${classes.panel}`} aria-labelledby="who">
      <Title order={2} size="h5" id="who">
        Who is listening
      </Title>
      <Text size="xs" className="quiet" mb="sm">
        What is played and liked in this browser goes to the chosen listener.
      </Text>
      <Loaded query={listeners} skeleton={<Rows count={3} height={40} />}>
        {(list) => (
          <ul className={classes.list}>
            {withCurrent(list, current).map(({ name, listens }) => (
              <li key={name}>
                <NavLink
                  component="button"
                  className={classes.listener ?? ''}
                  label={name}
                  description={listens === 1 ? '1 event' : `${count(listens)} events`}
                  leftSection={<IconUser size={17} stroke={1.7} aria-hidden />}
                  active={name === current}
                  aria-pressed={name === current}
                  onClick={() => onChoose(name)}
                />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <NewListener onCreated={onChoose} />
    </section>
  );
}

/** The chosen listener is there before the first event. */
function withCurrent(list: readonly { name: string; listens: number }[], current: string) {
  return list.some(({ name }) => name === current)
    ? list
    : [{ name: current, listens: 0 }, ...list];
}

function NewListener({ onCreated }: { onCreated: (name: string) => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const create = useMutation(
    trpc.listeners.create.mutationOptions({
      onSuccess(listener) {
        setName('');
        onCreated(listener.name);
        return queryClient.invalidateQueries({ queryKey: trpc.listeners.pathKey() });
      },
    }),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ name: name.trim() });
      }}
    >
      <Group gap="xs" mt="md" align="flex-end" wrap="nowrap">
        <TextInput
          label="New listener"
          flex={1}
          value={name}
          maxLength={200}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Button
          type="submit"
          variant="default"
          leftSection={<IconPlus size={15} stroke={1.7} />}
          loading={create.isPending}
          disabled={name.trim() === ''}
        >
          Add
        </Button>
      </Group>
    </form>
  );
}
