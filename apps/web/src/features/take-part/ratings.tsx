import { Alert, Button, Kbd, Progress, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { errorText } from '../../api/errors.ts';
import { useTRPC, useTRPCClient } from '../../api/trpc.ts';
import { ClipPlayer } from './clip-player.tsx';
import { DeleteAnswers } from './delete-answers.tsx';
import { RatingScale } from './rating-scale.tsx';
import { Step } from './step.tsx';
import classes from './take-part.module.css';
import { useClipAudio } from './use-clip-audio.ts';
import { type Participation, useProceed } from './use-participation.ts';
import { useRatingKeys } from './use-rating-keys.ts';

/** One clip after the other; the server says which is next. */
export function Ratings({ participation }: { participation: Participation }) {
  const { clips, next } = participation;
  const rated = clips.filter((clip) => clip.rated !== null).length;
  const clip = clips.find((other) => other.clip === next);
  return (
    <>
      <div>
        <Text size="sm" className="quiet" mb={6}>
          {rated} of {clips.length} rated
        </Text>
        <Progress value={(100 * rated) / clips.length} size="sm" aria-label="Clips rated" />
      </div>
      {clip ? <Clip key={clip.clip} clip={clip} participation={participation} /> : <Finish />}
      <DeleteAnswers />
    </>
  );
}

interface ClipProps {
  clip: Participation['clips'][number];
  participation: Participation;
}

function Clip({ clip: { clip, instruction }, participation }: ClipProps) {
  const { clipCount, scale, minimumListenSeconds } = participation;
  const client = useTRPCClient();
  const audio = useClipAudio();
  const [rating, setRating] = useState<number | null>(null);
  const rate = useMutation({
    meta: { isErrorShown: true },
    async mutationFn(chosen: number) {
      const { rate: send, finish } = client.participation;
      const listenedSeconds = audio.heardSeconds;
      const after = await send.mutate({ clip, rating: chosen, listenedSeconds });
      return after.next === null ? finish.mutate() : after;
    },
    ...useProceed(),
  });
  const missingSeconds = Math.ceil(minimumListenSeconds - audio.heardSeconds);
  const isLocked = missingSeconds > 0;
  const submit = () => {
    if (rating === null || isLocked || rate.isPending) return;
    rate.mutate(rating);
  };
  useRatingKeys({
    scale,
    onPlay: audio.toggle,
    onRate: (pressed) => !isLocked && setRating(pressed),
    onNext: submit,
  });
  return (
    <Step title={`Clip ${clip} of ${clipCount}`}>
      <ClipPlayer
        clip={audio}
        src={`/study/clip/${clip}`}
        name="the clip"
        markSeconds={minimumListenSeconds}
      />
      {instruction !== null && <Alert color="accent">{instruction}</Alert>}
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Text size="sm" className="quiet" aria-live={isLocked ? 'off' : 'polite'}>
          {isLocked
            ? `Listen for ${missingSeconds} more seconds before you rate.`
            : 'You can rate now, and listen on as long as you like.'}
        </Text>
        <RatingScale scale={scale} value={rating} disabled={isLocked} onChange={setRating} />
        {rate.error && (
          <Alert color="red" role="alert" title="Not saved yet">
            {errorText(rate.error)} Your answer is still here: press Next again.
          </Alert>
        )}
        <Button
          type="submit"
          size="md"
          fullWidth
          disabled={rating === null}
          loading={rate.isPending}
        >
          Next
        </Button>
      </form>
      <Text size="xs" className="quiet" visibleFrom="xs">
        <Kbd size="xs">Space</Kbd> plays and pauses,{' '}
        {scale === 'like' ? (
          <>
            <Kbd size="xs">D</Kbd> dislikes, <Kbd size="xs">L</Kbd> likes,{' '}
          </>
        ) : (
          <>
            <Kbd size="xs">1</Kbd> to <Kbd size="xs">{scale}</Kbd> rate,{' '}
          </>
        )}
        <Kbd size="xs">Enter</Kbd> goes on.
      </Text>
    </Step>
  );
}

/** The last answer is there, but not yet that it was the last. */
function Finish() {
  const trpc = useTRPC();
  const finish = useMutation(trpc.participation.finish.mutationOptions(useProceed()));
  return (
    <Step title="All clips rated">
      <Text>Thank you. Hand in your answers to end the study.</Text>
      <Button size="md" loading={finish.isPending} onClick={() => finish.mutate()}>
        Hand in
      </Button>
    </Step>
  );
}
