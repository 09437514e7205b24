import { Button, Progress, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useAnalysis } from '../../api/analysis.tsx';
import { type Outputs, useTRPC } from '../../api/trpc.ts';
import { analysisText, count, songs } from '../../format.ts';
import classes from './analysis-panel.module.css';

/** What the analysis does, how fast, until when; looks for new files, pauses, goes on. */
export function AnalysisPanel() {
  const trpc = useTRPC();
  const progress = useAnalysis();
  const { data: status } = useQuery(trpc.library.status.queryOptions());
  const start = useMutation(trpc.analysis.start.mutationOptions());
  const pause = useMutation(trpc.analysis.pause.mutationOptions());
  if (!progress) return <div className={`panel ${classes.panel}`} aria-busy="true" />;
  const { state, done, total, failed, currentFile } = progress;
  const busy = state === 'analysing' || state === 'scanning';
  return (
    <section className={`panel ${classes.panel}`} aria-label="Analysis">
      <div className={classes.text}>
        <Text size="sm" fw={600} role="status">
          {state === 'idle' && progress.error === null ? restText(status) : analysisText(progress)}
        </Text>
        <Text size="xs" className="quiet" truncate={busy}>
          {busy && currentFile !== null
            ? `${currentFile}${failed > 0 ? ` · ${songs(failed)} failed` : ''}`
            : 'Look again when files are new or changed.'}
        </Text>
      </div>
      <div className={classes.action}>
        {busy ? (
          // Other keys: a click that was meant for one must not be taken by the other.
          <Button
            key="pause"
            variant="default"
            size="xs"
            leftSection={<IconPlayerPause size={15} stroke={1.7} />}
            loading={pause.isPending}
            onClick={() => pause.mutate()}
          >
            Pause
          </Button>
        ) : (
          <Button
            key="start"
            variant="default"
            size="xs"
            leftSection={
              state === 'paused' ? (
                <IconPlayerPlay size={15} stroke={1.7} />
              ) : (
                <IconRefresh size={15} stroke={1.7} />
              )
            }
            loading={start.isPending}
            onClick={() => start.mutate({})}
          >
            {state === 'paused' ? 'Go on' : 'Look for music'}
          </Button>
        )}
      </div>
      <Progress
        className={classes.bar ?? ''}
        size={4}
        radius={0}
        value={state === 'scanning' ? 100 : total > 0 ? (100 * done) / total : 0}
        animated={state === 'scanning'}
        style={{ visibility: state === 'idle' ? 'hidden' : 'visible' }}
        aria-label="Analysis of the library"
      />
    </section>
  );
}

function restText(status: Outputs['library']['status'] | undefined): string {
  if (!status) return '';
  const { files, analysed, pending, failed } = status;
  if (files === 0) return 'The library is empty.';
  if (pending > 0) return `${songs(pending)} to analyse`;
  return failed > 0
    ? `${songs(analysed)} analysed, ${count(failed)} failed`
    : 'Every song is analysed.';
}
