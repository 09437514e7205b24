import { Badge, Button, Group, Text, UnstyledButton } from '@mantine/core';
import { IconArrowUp, IconFolder } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../api/trpc.ts';
import { Loaded, Rows } from '../../components/states.tsx';
import { count } from '../../format.ts';
import classes from './list.module.css';

/** The directories of the machine that holds the music, which need not be this one. */
export function DirectoryBrowser({ onAdded }: { onAdded: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [directoryId, setDirectoryId] = useState<string | null>(null);
  const listing = useQuery(
    trpc.library.browse.queryOptions(directoryId === null ? {} : { directoryId }, {
      placeholderData: keepPreviousData,
    }),
  );
  const add = useMutation(
    trpc.library.addFolder.mutationOptions({
      onSuccess() {
        onAdded();
        return queryClient.invalidateQueries({ queryKey: trpc.library.pathKey() });
      },
    }),
  );
  return (
    <Loaded query={listing} skeleton={<Rows count={7} height={40} />}>
      {({ directoryId: here, name, path, parentId, audioFiles, isInLibrary, directories }) => (
        <>
          <Text size="sm" fw={600} truncate mb={4}>
            {path ?? name}
          </Text>
          <ul className={`${classes.list} ${classes.directories}`}>
            {here !== null && (
              <li>
                <UnstyledButton
                  className={classes.directory}
                  onClick={() => setDirectoryId(parentId)}
                >
                  <IconArrowUp size={17} stroke={1.7} aria-hidden /> Up
                </UnstyledButton>
              </li>
            )}
            {directories.map((directory) => (
              <li key={directory.directoryId}>
                <UnstyledButton
                  className={classes.directory}
                  onClick={() => setDirectoryId(directory.directoryId)}
                >
                  <IconFolder size={17} stroke={1.7} aria-hidden />
                  <Text size="sm" truncate component="span">
                    {directory.name}
                  </Text>
                  {directory.isInLibrary && (
                    <Badge size="xs" variant="light" ml="auto">
                      In the library
                    </Badge>
                  )}
                </UnstyledButton>
              </li>
            ))}
            {directories.length === 0 && (
              <li>
                <Text size="sm" p="sm" className="quiet">
                  No folders in here
                </Text>
              </li>
            )}
          </ul>
          <Group justify="space-between" mt="md" wrap="nowrap">
            <Text size="xs" className="quiet">
              {here !== null &&
                (isInLibrary
                  ? 'This folder is in the library.'
                  : `${count(audioFiles)} audio ${audioFiles === 1 ? 'file' : 'files'} in it; its subfolders come too.`)}
            </Text>
            <Button
              flex="none"
              disabled={here === null || isInLibrary}
              loading={add.isPending}
              onClick={() => here !== null && add.mutate({ directoryId: here })}
            >
              Add this folder
            </Button>
          </Group>
        </>
      )}
    </Loaded>
  );
}
