import { CloseButton, Text, UnstyledButton } from '@mantine/core';
import type { ButtonElement } from '../components/on-demand.tsx';
import { OpenedPopover } from '../components/opened.tsx';
import classes from './opened-queue.module.css';
import { player } from './player.ts';
import { usePlayer } from './use-player.ts';

export default function OpenedQueue({ button }: { button: ButtonElement }) {
  const { tracks, index } = usePlayer(({ queue }) => queue);
  return (
    <OpenedPopover button={button} label="Queue" position="top-end" width={340}>
      {tracks.length === 0 ? (
        <Text size="sm" p="xs" className="quiet">
          Songs that you play or put next stand here.
        </Text>
      ) : (
        <ol className={classes.list}>
          {tracks.map(({ id, title, artist }, at) => (
            <li key={`${at} ${id}`} className={classes.row} data-current={at === index}>
              <UnstyledButton
                className={classes.name}
                onClick={() => player.jumpTo(at)}
                aria-current={at === index}
              >
                <Text size="sm" truncate>
                  {title}
                </Text>
                <Text size="xs" truncate className="quiet">
                  {artist ?? 'Unknown artist'}
                </Text>
              </UnstyledButton>
              <CloseButton
                size="sm"
                aria-label={`Take ${title} out of the queue`}
                onClick={() => player.removeAt(at)}
              />
            </li>
          ))}
        </ol>
      )}
    </OpenedPopover>
  );
}
