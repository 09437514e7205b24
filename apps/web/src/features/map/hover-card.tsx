import { Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../api/trpc.ts';
import { GenreTag } from '../../components/genre-tag.tsx';
import type { Place } from './geometry.ts';
import classes from './map.module.css';

interface HoverCardProps {
  id: string;
  /** Of the pointer, pixels from the corner of the map. */
  at: Place;
  /** Of the map, pixels. */
  width: number;
}

/** Which song is under the pointer. */
export function HoverCard({ id, at: [x, y], width }: HoverCardProps) {
  const trpc = useTRPC();
  const [wanted] = useDebouncedValue(id, 50);
  const { data } = useQuery(
    trpc.library.track.queryOptions(
      { id: wanted },
      { placeholderData: keepPreviousData, staleTime: 60_000 },
    ),
  );
  if (data?.id !== id) return null;
  const side = x < width / 2 ? { left: x + 14 } : { right: width - x + 14 };
  return (
    <div className={classes.hover} style={{ top: Math.max(4, y - 20), ...side }}>
      <Text size="sm" fw={600} truncate>
        {data.title}
      </Text>
      <Text size="xs" className="quiet" truncate>
        {data.artist ?? 'Unknown artist'}
      </Text>
      <GenreTag genres={data.genres} />
    </div>
  );
}
