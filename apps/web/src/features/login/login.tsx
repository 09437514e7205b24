'use client';

import { Alert, Button, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { errorText } from '../../api/errors.ts';
import { useTRPC } from '../../api/trpc.ts';
import classes from './login.module.css';

/** Name and password; afterwards back to the page that asked for them. */
export function Login() {
  const trpc = useTRPC();
  const from = useSearchParams().get('from');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const login = useMutation(
    trpc.auth.login.mutationOptions({
      meta: { isErrorShown: true },
      // A full load: nothing of whoever was logged in before stays in memory.
      onSuccess: () => window.location.replace(ownPage(from)),
    }),
  );
  return (
    <div className={classes.page}>
      <form
        className={`panel ${classes.panel}`}
        onSubmit={(event) => {
          event.preventDefault();
          login.mutate({ name, password });
        }}
      >
        <Stack>
          <Title order={1}>Consonance</Title>
          {login.error && (
            <Alert color="red" role="alert">
              {errorText(login.error)}
            </Alert>
          )}
          <TextInput
            label="Name"
            autoComplete="username"
            required
            autoFocus
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            value={password}
            onChange={({ currentTarget }) => setPassword(currentTarget.value)}
          />
          <Button type="submit" loading={login.isPending || login.isSuccess}>
            Log in
          </Button>
        </Stack>
      </form>
    </div>
  );
}

/** A page of this site: an address in the query may come from anywhere. */
function ownPage(from: string | null): string {
  const { origin } = window.location;
  if (from === null || !URL.canParse(from, origin)) return '/';
  const url = new URL(from, origin);
  return url.origin === origin ? url.href : '/';
}
