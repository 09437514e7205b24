import { Button, Group, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { IconEar, IconFolderPlus, IconSparkles } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { PageLink } from '../../components/page-link.tsx';
import { useAnalysis } from '../../api/analysis.tsx';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { EmptyState, Loaded } from '../../components/states.tsx';
import { analysisText, songs } from '../../format.ts';
import { setSeeds } from '../../seeds/seeds.ts';
import classes from './panel.module.css';

type LibraryStatus = Outputs['library']['status'];

/** Before songs are chosen: what to do, and how far the analysis is. */
export function FirstUse() {
  const trpc = useTRPC();
  const status = useQuery(trpc.library.status.queryOptions());
  return (
    <section className={`panel ${classes.panel}`} aria-label="How to begin">
      <Loaded query={status} skeleton={<Skeleton height={280} />}>
        {(library) => <Begin library={library} />}
      </Loaded>
    </section>
  );
}

function Begin({ library: { files, analysed } }: { library: LibraryStatus }) {
  const progress = useAnalysis();
  const busy = progress !== undefined && progress.state !== 'idle';
  if (files === 0 && !busy) {
    return (
      <EmptyState icon={IconFolderPlus} title="Add your music">
        <Stack align="center" gap="md">
          Consonance listens to your files on this machine and finds songs that sound like the ones
          you love. Nothing is uploaded, nothing is changed.
          <Button component={PageLink} href="/library?tab=folders">
            Choose a folder
          </Button>
        </Stack>
      </EmptyState>
    );
  }
  return (
    <Stack align="center" pb="lg">
      {analysed > 0 ? (
        <EmptyState icon={IconSparkles} title="Choose songs you love">
          <Stack align="center" gap="md">
            Type a title or an artist and press Enter. Five songs make a good start; with each one
            more the recommendations fit better. You get five songs of each method, and the reasons.
            <TryFive />
          </Stack>
        </EmptyState>
      ) : busy ? (
        <EmptyState icon={IconEar} title="Consonance is listening to your music">
          The first songs can be chosen in a moment; there is no need to wait for the last.
        </EmptyState>
      ) : (
        <EmptyState icon={IconEar} title="Your music has not been listened to">
          <Stack align="center" gap="md">
            {songs(files)} wait for the analysis.
            <Button component={PageLink} href="/library">
              To the library
            </Button>
          </Stack>
        </EmptyState>
      )}
      {busy && (
        <Stack gap={6} w="100%" maw="28rem" px="md">
          <Progress
            value={progress.total > 0 ? (100 * progress.done) / progress.total : 0}
            aria-label="Analysis of the library"
          />
          <Text size="sm" className="quiet" ta="center">
            {analysisText(progress)}
          </Text>
        </Stack>
      )}
      {!busy && analysed > 0 && (
        <Text size="sm" className="quiet">
          {songs(analysed)} to recommend from
        </Text>
      )}
    </Stack>
  );
}

function TryFive() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.recommend.suggestSeeds.queryOptions({}));
  if (!data || data.seeds.length === 0) return null;
  return (
    <Group>
      <Button
        leftSection={<IconSparkles size={17} stroke={1.7} />}
        onClick={() => setSeeds(data.seeds.map(({ id }) => id))}
      >
        Try {songs(data.seeds.length)} of this library
      </Button>
    </Group>
  );
}
