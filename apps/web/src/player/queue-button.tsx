import { ActionIcon, CloseButton, Popover, ScrollArea, Text, UnstyledButton } from '@mantine/core';
import { IconPlaylist } from '@tabler/icons-react';
import classes from './queue-button.module.css';
import { player } from './player.ts';
import { usePlayer } from './use-player.ts';

export function QueueButton() {
  const { tracks, index } = usePlayer(({ queue }) => queue);
  return (
    <Popover position="top-end" width={340} shadow="md" trapFocus>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Queue">
          <IconPlaylist size={20} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p="xs" aria-label="Queue">
        {tracks.length === 0 ? (
          <Text size="sm" p="xs" className="quiet">
            Songs that you play or put next stand here.
          </Text>
        ) : (
          <ScrollArea.Autosize mah={360}>
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
          </ScrollArea.Autosize>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
