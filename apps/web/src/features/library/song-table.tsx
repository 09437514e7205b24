import { Skeleton, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { PageLink } from '../../components/page-link.tsx';
import { memo, useEffect, useRef } from 'react';
import type { Track } from '../../api/trpc.ts';
import { Cover } from '../../components/cover.tsx';
import { GenreTag } from '../../components/genre-tag.tsx';
import { PlayButton } from '../../components/play-button.tsx';
import { SongMenu } from '../../components/song-menu.tsx';
import { clock } from '../../format.ts';
import classes from './song-table.module.css';
import type { SongPages } from './use-song-pages.ts';

export interface Sort {
  sort: 'title' | 'artist' | 'album' | 'duration' | 'added';
  descending: boolean;
}

const rowHeight = 48;
/** Browsers draw nothing higher than some 17 million pixels (Firefox). */
export const mostRows = 350_000;

const columns = [
  { label: 'Title', sort: 'title' },
  { label: 'Artist', sort: 'artist' },
  { label: 'Album', sort: 'album' },
  { label: 'Genre' },
  { label: 'Length', sort: 'duration' },
] as const satisfies { label: string; sort?: Sort['sort'] }[];

interface SongTableProps {
  pages: SongPages;
  sort: Sort;
  onSort: (sort: Sort) => void;
}

/** Only the rows on the screen exist, so that 100,000 songs scroll like ten. */
export function SongTable({ pages, sort, onSort }: SongTableProps) {
  const { total = 12, show, filterKey } = pages;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: Math.min(total, mostRows),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  const rows = virtualizer.getVirtualItems();
  const first = rows.at(0)?.index ?? 0;
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => show(first, last), [show, first, last]);
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [filterKey]);

  return (
    <div
      ref={scroller}
      className={`panel ${classes.table}`}
      role="table"
      aria-label="Songs"
      aria-rowcount={total + 1}
      tabIndex={0}
    >
      <div role="rowgroup" className={classes.sticky}>
        <div role="row" aria-rowindex={1} className={classes.head}>
          <span role="columnheader">
            <VisuallyHidden>Play</VisuallyHidden>
          </span>
          {columns.map((column) => (
            <Heading key={column.label} {...column} now={sort} onSort={onSort} />
          ))}
          <span role="columnheader">
            <VisuallyHidden>More</VisuallyHidden>
          </span>
        </div>
      </div>
      <div
        role="rowgroup"
        className={classes.canvas}
        style={{ height: virtualizer.getTotalSize() }}
      >
        {rows.map(({ index, start }) => (
          <Row
            key={index}
            index={index}
            top={start}
            track={pages.at(index)}
            around={pages.around(index)}
          />
        ))}
      </div>
    </div>
  );
}

interface HeadingProps {
  label: string;
  sort?: Sort['sort'];
  now: Sort;
  onSort: (sort: Sort) => void;
}

function Heading({ label, sort, now, onSort }: HeadingProps) {
  const active = sort === now.sort;
  const direction = now.descending ? 'descending' : 'ascending';
  const Icon = now.descending ? IconArrowDown : IconArrowUp;
  return (
    <span
      role="columnheader"
      aria-sort={active ? direction : 'none'}
      className={classes[label.toLowerCase()]}
    >
      {sort ? (
        <UnstyledButton
          className={classes.sort}
          onClick={() => onSort({ sort, descending: active && !now.descending })}
        >
          {label}
          {active && <Icon size={13} stroke={2} aria-hidden />}
        </UnstyledButton>
      ) : (
        label
      )}
    </span>
  );
}

interface RowProps {
  index: number;
  top: number;
  track: Track | undefined;
  around: readonly Track[];
}

const Row = memo(function Row({ index, top, track, around }: RowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes.row}
      style={{ height: rowHeight, transform: `translateY(${top}px)` }}
    >
      {track ? <Cells track={track} around={around} /> : <Waiting />}
    </div>
  );
});

function Cells({ track, around }: { track: Track; around: readonly Track[] }) {
  const { id, title, artist, album, genres, durationSeconds, status } = track;
  return (
    <>
      <span role="cell">
        <PlayButton track={track} list={around} />
      </span>
      <span role="cell" className={classes.title}>
        <Cover track={track} size={32} />
        <span className={classes.names}>
          <Text size="sm" fw={550} truncate component={PageLink} href={`/song?id=${id}`}>
            {title}
          </Text>
          <Text size="xs" truncate component="span" className={`quiet ${classes.under}`}>
            {artist ?? 'Unknown artist'}
          </Text>
        </span>
      </span>
      <Text role="cell" size="sm" truncate component="span" className={classes.artist ?? ''}>
        {artist ?? <span className="quiet">Unknown artist</span>}
      </Text>
      <Text role="cell" size="sm" truncate component="span" className={`quiet ${classes.album}`}>
        {album}
      </Text>
      <span role="cell" className={classes.genre}>
        {status === 'analysed' ? <GenreTag genres={genres} /> : <StatusText status={status} />}
      </span>
      <Text role="cell" size="xs" component="span" className={`quiet ${classes.length}`}>
        {clock(durationSeconds)}
      </Text>
      <span role="cell">
        <SongMenu track={track} />
      </span>
    </>
  );
}

const statusTexts = {
  pending: 'waiting',
  failed: 'failed',
  vanished: 'file is gone',
};

function StatusText({ status }: { status: keyof typeof statusTexts }) {
  return (
    <Text
      size="xs"
      component="span"
      {...(status === 'failed' ? { c: 'var(--mantine-color-error)' } : { className: 'quiet' })}
    >
      {statusTexts[status]}
    </Text>
  );
}

function Waiting() {
  return (
    <>
      <span role="cell" />
      <span role="cell" className={classes.title}>
        <Skeleton height={14} width="60%" />
      </span>
    </>
  );
}
