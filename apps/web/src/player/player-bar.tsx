import { ActionIcon, Group, Slider, Text } from '@mantine/core';
import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBackFilled,
  IconPlayerSkipForwardFilled,
} from '@tabler/icons-react';
import { PageLink } from '../components/page-link.tsx';
import type { ComponentType } from 'react';
import { Cover } from '../components/cover.tsx';
import { LikeButtons } from '../components/like-buttons.tsx';
import { clock } from '../format.ts';
import classes from './player-bar.module.css';
import { player } from './player.ts';
import { QueueButton } from './queue-button.tsx';
import { useCurrentTrack, usePlayer } from './use-player.ts';
import { Volume } from './volume.tsx';

/** Always there, so that nothing jumps when the first song starts. */
export function PlayerBar() {
  const track = useCurrentTrack();
  return (
    <div className={classes.bar}>
      <div className={classes.now}>
        <NowPlaying />
        {track && (
          <div className={classes.likes}>
            <LikeButtons track={track} />
          </div>
        )}
      </div>
      <div className={classes.transport}>
        <Transport />
        <SeekBar />
      </div>
      <div className={classes.side}>
        <Volume />
        <QueueButton />
      </div>
    </div>
  );
}

function NowPlaying() {
  const track = useCurrentTrack();
  const error = usePlayer((state) => state.error);
  if (!track) {
    return (
      <Text size="sm" className={`quiet ${classes.song}`}>
        Nothing is playing
      </Text>
    );
  }
  return (
    <div className={classes.song}>
      <Cover track={track} size={44} />
      <div className={classes.names}>
        <Text
          size="sm"
          fw={600}
          truncate
          component={PageLink}
          href={`/song?id=${track.id}`}
          inherit
        >
          {track.title}
        </Text>
        <Text size="xs" truncate className={error ? '' : 'quiet'} c={error ? 'red' : ''}>
          {error ?? track.artist ?? 'Unknown artist'}
        </Text>
      </div>
    </div>
  );
}

function Transport() {
  const track = useCurrentTrack();
  const playing = usePlayer((state) => state.playing);
  const last = usePlayer(({ queue }) => queue.index >= queue.tracks.length - 1);
  return (
    <Group gap={4} wrap="nowrap" justify="center" className={classes.controls ?? ''}>
      <Control
        label="Previous song"
        icon={IconPlayerSkipBackFilled}
        disabled={!track}
        onClick={() => player.previous()}
      />
      <ActionIcon
        size={36}
        radius="xl"
        variant="filled"
        disabled={!track}
        aria-label={playing ? 'Pause' : 'Play'}
        onClick={() => player.toggle()}
      >
        {playing ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
      </ActionIcon>
      <Control
        label="Next song"
        icon={IconPlayerSkipForwardFilled}
        disabled={last}
        onClick={() => player.next()}
      />
    </Group>
  );
}

interface ControlProps {
  label: string;
  icon: ComponentType<{ size: number }>;
  disabled: boolean;
  onClick: () => void;
}

function Control({ label, icon: Icon, disabled, onClick }: ControlProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      title={label}
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon size={16} />
    </ActionIcon>
  );
}

function SeekBar() {
  const track = useCurrentTrack();
  const position = usePlayer((state) => state.position);
  const duration = usePlayer((state) => state.duration);
  return (
    <Group gap="xs" wrap="nowrap" className={classes.seek}>
      <Text size="xs" className={`quiet ${classes.time}`}>
        {clock(position)}
      </Text>
      <Slider
        flex={1}
        size={4}
        thumbSize={12}
        label={null}
        min={0}
        max={Math.max(duration, 1)}
        step={1}
        value={position}
        disabled={!track}
        onChange={(value) => player.seek(value)}
        thumbLabel="Position in the song"
        thumbProps={{ 'aria-valuetext': `${clock(position)} of ${clock(duration)}` }}
      />
      <Text size="xs" className={`quiet ${classes.time}`}>
        {clock(duration)}
      </Text>
    </Group>
  );
}
