import { Suspense } from 'react';
import { Login } from '../../features/login/login.tsx';

export const metadata = { title: 'Log in' };

export default function LoginPage() {
  return (
    <Suspense>
      <Login />
    </Suspense>
  );
}
