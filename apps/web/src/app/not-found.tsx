import { IconError404 } from '@tabler/icons-react';
import Link from 'next/link';
import { Page } from '../components/page.tsx';
import { EmptyState } from '../components/states.tsx';

export default function NotFound() {
  return (
    <Page title="Not found">
      <EmptyState icon={IconError404} title="There is no page at this address">
        <Link href="/">Back to the recommendations</Link>
      </EmptyState>
    </Page>
  );
}
