import { Suspense } from 'react';
import { Experiments } from '../../features/experiments/experiments.tsx';

export const metadata = { title: 'Experiments' };

export default function ExperimentsPage() {
  return (
    <Suspense>
      <Experiments />
    </Suspense>
  );
}
