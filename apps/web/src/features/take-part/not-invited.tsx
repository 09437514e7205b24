import { Alert, Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { errorText } from '../../api/errors.ts';
import { useTRPC } from '../../api/trpc.ts';
import { Step } from './step.tsx';

/** No invitation, or none that can be used; whoever took part before may delete what they gave. */
export function NotInvited({ error }: { error: unknown }) {
  return (
    <>
      <Step title="Only by invitation">
        <Text>{errorText(error)}</Text>
        <Text size="sm" className="quiet">
          Open the link that you were sent, in the browser you began with.
        </Text>
      </Step>
      <DeleteByCode />
    </>
  );
}

function DeleteByCode() {
  const trpc = useTRPC();
  const [code, setCode] = useState('');
  const withdraw = useMutation(
    trpc.participation.withdrawByCode.mutationOptions({
      meta: { isErrorShown: true },
      onSuccess: () => setCode(''),
    }),
  );
  return (
    <form
      className="panel"
      style={{ padding: 'var(--mantine-spacing-lg)' }}
      onSubmit={(event) => {
        event.preventDefault();
        withdraw.mutate({ code: code.trim() });
      }}
    >
      <Stack gap="sm">
        <Title order={2} size="h5">
          Delete my answers
        </Title>
        <TextInput
          label="Code from the last page of the study"
          autoComplete="off"
          spellCheck={false}
          required
          maxLength={100}
          value={code}
          error={withdraw.error && errorText(withdraw.error)}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
        />
        {withdraw.isSuccess && (
          <Alert color="accent" role="status">
            All of your answers are deleted.
          </Alert>
        )}
        <Button type="submit" variant="default" w="fit-content" loading={withdraw.isPending}>
          Delete
        </Button>
      </Stack>
    </form>
  );
}
