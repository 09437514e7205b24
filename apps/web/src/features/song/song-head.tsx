import { Button, Group, Text, Title } from '@mantine/core';
import { IconPlayerPauseFilled, IconPlayerPlayFilled, IconSparkles } from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import { Cover } from '../../components/cover.tsx';
import { LikeButtons } from '../../components/like-buttons.tsx';
import { SongMenu } from '../../components/song-menu.tsx';
import { clock } from '../../format.ts';
import { player } from '../../player/player.ts';
import { useIsPlaying } from '../../player/use-player.ts';
import { setSeeds } from '../../seeds/seeds.ts';
import classes from './song.module.css';
import type { TrackDetails } from './song.tsx';

export function SongHead({ track }: { track: TrackDetails }) {
  const { id, title, artist, album, year, durationSeconds, fileName, sizeBytes, tagGenres } = track;
  const router = useRouter();
  const { isCurrent, playing } = useIsPlaying(id);
  const facts = [
    fileName,
    clock(durationSeconds),
    `${(sizeBytes / 1e6).toFixed(1)} MB`,
    ...(tagGenres.length > 0 ? [`tagged ${tagGenres.join(', ')}`] : []),
  ];
  const recommend = () => {
    setSeeds([id]);
    router.push('/');
  };
  return (
    <div className={classes.head}>
      <Cover track={track} size={96} />
      <div className={classes.names}>
        <Title order={1} lineClamp={2}>
          {title}
        </Title>
        <Text truncate>
          {[artist ?? 'Unknown artist', album, year].filter((part) => part !== null).join(' · ')}
        </Text>
        <Text size="xs" className="quiet" lineClamp={2}>
          {facts.join(' · ')}
        </Text>
      </div>
      <Group gap="xs" wrap="nowrap">
        <Button
          leftSection={
            playing ? <IconPlayerPauseFilled size={15} /> : <IconPlayerPlayFilled size={15} />
          }
          disabled={track.status === 'vanished' || track.status === 'failed'}
          onClick={() => (isCurrent ? player.toggle() : player.play([track]))}
        >
          {playing ? 'Pause' : 'Play'}
        </Button>
        <Button
          variant="default"
          leftSection={<IconSparkles size={16} stroke={1.7} />}
          disabled={track.status !== 'analysed'}
          onClick={recommend}
        >
          Recommend
        </Button>
        <LikeButtons track={track} />
        <SongMenu track={track} />
      </Group>
    </div>
  );
}
