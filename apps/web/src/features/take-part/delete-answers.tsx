import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../../api/trpc.ts';

/** Takes everything back that this browser's participant gave. */
export function DeleteAnswers() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [opened, { open, close }] = useDisclosure(false);
  const withdraw = useMutation(
    trpc.participation.withdraw.mutationOptions({
      // What the page knew of the participant is gone as well.
      onSuccess: () =>
        queryClient.resetQueries({
          queryKey: trpc.participation.state.queryKey(),
        }),
    }),
  );
  return (
    <>
      <Button variant="subtle" color="gray" size="xs" mx="auto" onClick={open}>
        Leave the study and delete my answers
      </Button>
      <Modal opened={opened} onClose={close} title="Delete all of your answers?">
        <Text size="sm">
          The songs you chose and every rating are deleted at once. The invitation cannot be used
          again.
        </Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close}>
            Keep
          </Button>
          <Button color="red" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
            Delete
          </Button>
        </Group>
      </Modal>
    </>
  );
}
