'use client';

import { ErrorState } from '../components/states.tsx';
import { Page } from '../components/page.tsx';

export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <Page title="Something went wrong">
      <ErrorState error={error} retry={reset} />
    </Page>
  );
}
