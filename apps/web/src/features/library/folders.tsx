import { Badge, Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFolder, IconFolderPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { EmptyState, Loaded, Rows } from '../../components/states.tsx';
import { count, songs } from '../../format.ts';
import { DirectoryBrowser } from './directory-browser.tsx';
import classes from './list.module.css';

type Folder = Outputs['library']['folders'][number];

/** Where the music comes from. */
export function Folders() {
  const trpc = useTRPC();
  const folders = useQuery(trpc.library.folders.queryOptions());
  const [adding, { open, close }] = useDisclosure(false);
  const [leaving, setLeaving] = useState<Folder>();
  return (
    <>
      <Group justify="space-between" mb="sm" wrap="nowrap">
        <Text size="sm" className="quiet">
          Files are only read, never changed.
        </Text>
        <Button
          flex="none"
          size="xs"
          leftSection={<IconFolderPlus size={15} stroke={1.7} />}
          onClick={open}
        >
          Add a folder
        </Button>
      </Group>
      <Loaded query={folders} skeleton={<Rows count={2} height={60} />}>
        {(list) =>
          list.length === 0 ? (
            <div className="panel">
              <EmptyState icon={IconFolder} title="No folders yet">
                Add the folder where your music lies; its subfolders belong to it.
              </EmptyState>
            </div>
          ) : (
            <ul className={`panel ${classes.list}`}>
              {list.map((folder) => (
                <FolderItem key={folder.id} folder={folder} onRemove={() => setLeaving(folder)} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <Modal opened={adding} onClose={close} title="Add a folder">
        <DirectoryBrowser onAdded={close} />
      </Modal>
      <Modal
        opened={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        title="Remove the folder?"
      >
        {leaving && <Removal folder={leaving} onDone={() => setLeaving(undefined)} />}
      </Modal>
    </>
  );
}

function FolderItem({ folder, onRemove }: { folder: Folder; onRemove: () => void }) {
  const { path, files, analysed, isReachable } = folder;
  return (
    <li className={classes.item}>
      <div className={classes.text}>
        <Text size="sm" fw={600}>
          {path}{' '}
          {!isReachable && (
            <Badge color="red" variant="light" size="sm">
              Not reachable
            </Badge>
          )}
        </Text>
        <Text size="xs" className="quiet">
          {songs(files)}, {count(analysed)} analysed
        </Text>
      </div>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconTrash size={15} stroke={1.7} />}
        aria-label={`Remove ${path}`}
        onClick={onRemove}
      >
        Remove
      </Button>
    </li>
  );
}

function Removal({ folder, onDone }: { folder: Folder; onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.library.removeFolder.mutationOptions({
      onSuccess() {
        onDone();
        return queryClient.invalidateQueries({ queryKey: trpc.library.pathKey() });
      },
    }),
  );
  return (
    <>
      <Text size="sm">
        {folder.path} and its {songs(folder.files)} leave the library. The files stay where they
        are.
      </Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onDone}>
          Keep it
        </Button>
        <Button
          color="red"
          loading={remove.isPending}
          onClick={() => remove.mutate({ folderId: folder.id })}
        >
          Remove
        </Button>
      </Group>
    </>
  );
}
