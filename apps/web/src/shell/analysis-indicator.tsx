import { Progress, Text, UnstyledButton } from '@mantine/core';
import { PageLink } from '../components/page-link.tsx';
import { useAnalysis } from '../api/analysis.tsx';
import { analysisText } from '../format.ts';
import classes from './analysis-indicator.module.css';

/** What the analysis is doing; keeps its place when there is nothing to say. */
export function AnalysisIndicator() {
  const progress = useAnalysis();
  if (!progress || (progress.state === 'idle' && !progress.error)) {
    return <div className={classes.space} />;
  }
  const { state, done, total } = progress;
  const percent = total > 0 ? (100 * done) / total : 0;
  return (
    <UnstyledButton component={PageLink} href="/library" className={classes.space}>
      <Text size="xs" truncate className="quiet" role="status">
        {analysisText(progress)}
      </Text>
      <Progress
        value={state === 'scanning' ? 100 : percent}
        animated={state === 'scanning'}
        size={4}
        transitionDuration={200}
        aria-label="Analysis of the library"
      />
    </UnstyledButton>
  );
}
