'use client';

import { useSearchParams } from 'next/navigation';
import { Studies } from './studies.tsx';
import { Study } from './study.tsx';

/** Listening studies: blinded comparisons of what recommends, by people. */
export function Experiments() {
  const id = useSearchParams().get('study');
  return id === null ? <Studies /> : <Study key={id} id={id} />;
}
