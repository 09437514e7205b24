import Link from 'next/link';
import type { ComponentProps } from 'react';

/** A link within the app that fetches its page on the click: this machine is near enough. */
export function PageLink(props: ComponentProps<typeof Link>) {
  return <Link prefetch={false} {...props} />;
}
