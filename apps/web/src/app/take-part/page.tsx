import { Suspense } from 'react';
import { TakePart } from '../../features/take-part/take-part.tsx';

export const metadata = { title: 'Listening study' };

export default function TakePartPage() {
  return (
    <Suspense>
      <TakePart />
    </Suspense>
  );
}
