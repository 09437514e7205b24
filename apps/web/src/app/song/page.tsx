import { Suspense } from 'react';
import { Song } from '../../features/song/song.tsx';

export const metadata = { title: 'Song' };

export default function SongPage() {
  return (
    <Suspense>
      <Song />
    </Suspense>
  );
}
