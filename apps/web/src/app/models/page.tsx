import { Suspense } from 'react';
import { Models } from '../../features/models/models.tsx';

export const metadata = { title: 'Models' };

export default function ModelsPage() {
  return (
    <Suspense>
      <Models />
    </Suspense>
  );
}
