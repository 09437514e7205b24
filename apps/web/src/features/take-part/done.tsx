import { Button, Code, CopyButton, Group, Text } from '@mantine/core';
import { DeleteAnswers } from './delete-answers.tsx';
import { Step } from './step.tsx';

/** Thanks, and how to take everything back. */
export function Done({ withdrawalCode }: { withdrawalCode: string }) {
  return (
    <>
      <Step title="Thank you">
        <Text>All of your answers are saved. You may close this page.</Text>
        <Text size="sm">
          This code deletes your answers later, from any browser, as long as the study keeps them.
          Write it down if you may want that; nobody can look it up for you.
        </Text>
        <Group gap="sm">
          <Code fz="sm">{withdrawalCode}</Code>
          <CopyButton value={withdrawalCode}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy}>
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
        </Group>
      </Step>
      <DeleteAnswers />
    </>
  );
}
