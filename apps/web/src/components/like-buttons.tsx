import { ActionIcon, Group } from '@mantine/core';
import {
  IconThumbDown,
  IconThumbDownFilled,
  IconThumbUp,
  IconThumbUpFilled,
} from '@tabler/icons-react';
import type { Track } from '../api/trpc.ts';
import { type Opinion, useOpinion } from '../listener/use-opinions.ts';

interface LikeButtonsProps {
  track: Pick<Track, 'id' | 'title'>;
  onSay?: (opinion: Opinion) => void;
}

/** Like and dislike, with what the current listener said before. */
export function LikeButtons({ track: { id, title }, onSay }: LikeButtonsProps) {
  const { opinion, say: record } = useOpinion(id);
  const say = (next: Opinion) => {
    record(next);
    onSay?.(next);
  };
  const liked = opinion === 'like';
  const disliked = opinion === 'dislike';
  return (
    <Group gap={0} wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color={liked ? 'accent' : 'gray'}
        title="Like"
        aria-label={`Like ${title}`}
        aria-pressed={liked}
        onClick={() => say('like')}
      >
        {liked ? <IconThumbUpFilled size={17} /> : <IconThumbUp size={17} stroke={1.7} />}
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color={disliked ? 'red' : 'gray'}
        title="Dislike"
        aria-label={`Dislike ${title}`}
        aria-pressed={disliked}
        onClick={() => say('dislike')}
      >
        {disliked ? <IconThumbDownFilled size={17} /> : <IconThumbDown size={17} stroke={1.7} />}
      </ActionIcon>
    </Group>
  );
}
