'use client';

import { Button } from '@mantine/core';
import { IconError404 } from '@tabler/icons-react';
import { PageLink } from '../components/page-link.tsx';
import { Page } from '../components/page.tsx';
import { EmptyState } from '../components/states.tsx';

export default function NotFound() {
  return (
    <Page title="Not found">
      <div className="panel">
        <EmptyState icon={IconError404} title="There is no page at this address">
          <Button component={PageLink} href="/" variant="default">
            Back to the recommendations
          </Button>
        </EmptyState>
      </div>
    </Page>
  );
}
