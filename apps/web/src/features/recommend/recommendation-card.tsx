import { Group, Text, UnstyledButton } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { memo } from 'react';
import type { Outputs, Track } from '../../api/trpc.ts';
import { LikeButtons } from '../../components/like-buttons.tsx';
import { SongLine } from '../../components/song-line.tsx';
import { SongMenu } from '../../components/song-menu.tsx';
import { clock } from '../../format.ts';
import { player } from '../../player/player.ts';
import classes from './recommendation-card.module.css';
import { ScoreBar } from './score-bar.tsx';

export type Recommendation = Outputs['recommend']['bySeeds']['recommendations'][number];

type Reason = Recommendation['reasons'][number];

const shownByBar = new Set(['seed-parts', 'genre-parts', 'hubness']);

/** The score bar shows parts already; that two songs match from their starts says nothing more. */
const isWorthReading = ({ kind, startSeconds, otherStartSeconds }: Reason) =>
  !shownByBar.has(kind) &&
  (startSeconds === null || Math.max(startSeconds, otherStartSeconds ?? 0) >= 1);

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

interface RecommendationCardProps {
  recommendation: Recommendation;
  list: readonly Track[];
}

/** Drawn again only when it changes: ten of them would make every song that is added wait. */
export const RecommendationCard = memo(function RecommendationCard(props: RecommendationCardProps) {
  const { recommendation, list } = props;
  const { track, score, parts, reasons, collapsed } = recommendation;
  return (
    <li className={classes.card}>
      <SongLine
        track={track}
        list={list}
        actions={
          <Group gap={0} wrap="nowrap">
            <LikeButtons track={track} />
            <SongMenu track={track} />
          </Group>
        }
      />
      <ScoreBar score={score} parts={parts} />
      <ul className={classes.reasons}>
        {reasons.filter(isWorthReading).map(({ kind, text, startSeconds }) => (
          <li key={`${kind} ${text}`}>
            <Text size="xs" className="quiet">
              {capitalised(text)}
              {startSeconds !== null && (
                <UnstyledButton
                  className={classes.listen}
                  onClick={() => player.play([track], 0, startSeconds)}
                >
                  <IconPlayerPlay size={12} stroke={1.7} aria-hidden /> Listen from{' '}
                  {clock(startSeconds)}
                </UnstyledButton>
              )}
            </Text>
          </li>
        ))}
        {collapsed.length > 0 && (
          <li>
            <Text size="xs" className="quiet">
              Stands for {collapsed.length} other {collapsed.length === 1 ? 'version' : 'versions'}{' '}
              of the song
            </Text>
          </li>
        )}
      </ul>
    </li>
  );
});
