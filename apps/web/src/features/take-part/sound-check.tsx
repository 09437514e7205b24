import { Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTRPC } from '../../api/trpc.ts';
import { ClipPlayer } from './clip-player.tsx';
import { Step } from './step.tsx';
import { useClipAudio } from './use-clip-audio.ts';
import { useProceed } from './use-participation.ts';

/** A sound as loud as every clip will be. */
export function SoundCheck() {
  const trpc = useTRPC();
  const clip = useClipAudio();
  const check = useMutation(
    trpc.participation.soundChecked.mutationOptions({
      ...useProceed(),
    }),
  );
  return (
    <Step title="Check your volume">
      <Text>
        Headphones are best. Play this sound and set your device to a comfortable volume. All clips
        are as loud as this; please leave the volume as it is until the end.
      </Text>
      <ClipPlayer clip={clip} src="/study/sound-check" name="the test sound" />
      <Button
        size="md"
        disabled={clip.heardSeconds === 0}
        loading={check.isPending}
        onClick={() => check.mutate()}
      >
        I hear it well
      </Button>
    </Step>
  );
}
