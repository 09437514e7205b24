import { IconError404 } from '@tabler/icons-react';
import { PageLink } from '../components/page-link.tsx';
import { Page } from '../components/page.tsx';
import { EmptyState } from '../components/states.tsx';

export default function NotFound() {
  return (
    <Page title="Not found">
      <EmptyState icon={IconError404} title="There is no page at this address">
        <PageLink href="/">Back to the recommendations</PageLink>
      </EmptyState>
    </Page>
  );
}
