import { Suspense } from 'react';
import { Settings } from '../../features/settings/settings.tsx';

export const metadata = { title: 'Settings' };

export default function SettingsPage() {
  return (
    <Suspense>
      <Settings />
    </Suspense>
  );
}
