import { Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTRPC } from '../../api/trpc.ts';
import { Step } from './step.tsx';
import classes from './take-part.module.css';
import { useProceed } from './use-participation.ts';

/** What one agrees to, in the words of whoever makes the study. */
export function Consent({ consent }: { consent: string }) {
  const trpc = useTRPC();
  const agree = useMutation(trpc.participation.consent.mutationOptions(useProceed()));
  return (
    <Step title="Before you start">
      <Text className={classes.words}>{consent}</Text>
      <Text size="sm" className="quiet">
        You may stop at any time by closing this page, go on later in the same browser, and delete
        all of your answers. A cookie in this browser keeps your place.
      </Text>
      <Button size="md" loading={agree.isPending} onClick={() => agree.mutate()}>
        I agree and take part
      </Button>
    </Step>
  );
}
