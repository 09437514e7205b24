import { Suspense } from 'react';
import { Library } from '../../features/library/library.tsx';

export const metadata = { title: 'Library' };

export default function LibraryPage() {
  return (
    <Suspense>
      <Library />
    </Suspense>
  );
}
