import { ActionIcon, Group, Progress, Text } from '@mantine/core';
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { clock } from '../../format.ts';
import classes from './take-part.module.css';
import type { useClipAudio } from './use-clip-audio.ts';

interface ClipPlayerProps {
  clip: ReturnType<typeof useClipAudio>;
  src: string;
  /** What is heard, for those who cannot see the page. */
  name: string;
  /** Where the needed listening ends; no mark without it. */
  markSeconds?: number;
}

/** Play, pause and how far it is. No seeking: everybody hears a clip from its start. */
export function ClipPlayer({ clip, src, name, markSeconds }: ClipPlayerProps) {
  const { playing, position, duration, failed, toggle, bind } = clip;
  return (
    <>
      <Group gap="md" wrap="nowrap">
        <audio {...bind} src={src} preload="auto" />
        <ActionIcon
          size={64}
          radius="xl"
          variant="filled"
          aria-label={`${playing ? 'Pause' : 'Play'} ${name}`}
          onClick={toggle}
        >
          {playing ? <IconPlayerPauseFilled size={26} /> : <IconPlayerPlayFilled size={26} />}
        </ActionIcon>
        <div className={classes.track}>
          <Progress
            value={duration > 0 ? (100 * position) / duration : 0}
            size="md"
            transitionDuration={200}
            aria-label={`Position in ${name}`}
          />
          {markSeconds !== undefined && duration > 0 && (
            <span
              className={classes.mark}
              style={{ insetInlineStart: `${(100 * markSeconds) / duration}%` }}
            />
          )}
        </div>
        <Text size="sm" className={`quiet ${classes.clock}`}>
          {clock(position)} / {clock(duration > 0 ? duration : null)}
        </Text>
      </Group>
      {failed && (
        <Text size="sm" c="red" role="alert">
          The sound could not be loaded. Press play to try again.
        </Text>
      )}
    </>
  );
}
