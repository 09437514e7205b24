import { Suspense } from 'react';
import { Listeners } from '../../features/listeners/listeners.tsx';

export const metadata = { title: 'Listeners' };

export default function ListenersPage() {
  return (
    <Suspense>
      <Listeners />
    </Suspense>
  );
}
