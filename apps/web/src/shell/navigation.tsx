import { NavLink } from '@mantine/core';
import {
  IconChartDots3,
  IconFlask,
  IconHeadphones,
  IconLayoutList,
  IconSettings,
  IconSparkles,
  IconVectorTriangle,
} from '@tabler/icons-react';
import { PageLink } from '../components/page-link.tsx';
import classes from './shell.module.css';

const pages = [
  { href: '/', label: 'Recommend', icon: IconSparkles },
  { href: '/library', label: 'Library', icon: IconLayoutList },
  { href: '/map', label: 'Map', icon: IconChartDots3 },
  { href: '/listeners', label: 'Listeners', icon: IconHeadphones },
  { href: '/models', label: 'Models', icon: IconVectorTriangle },
  { href: '/experiments', label: 'Experiments', icon: IconFlask },
  { href: '/settings', label: 'Settings', icon: IconSettings },
];

export function Navigation({ pathname }: { pathname: string }) {
  return (
    <nav aria-label="Pages">
      {pages.map(({ href, label, icon: Icon }) => {
        const active = href === '/' ? pathname === '/' : pathname.startsWith(href);
        return (
          <NavLink
            key={href}
            component={PageLink}
            href={href}
            label={label}
            active={active}
            aria-current={active ? 'page' : undefined}
            leftSection={<Icon size={18} stroke={1.7} aria-hidden />}
            className={classes.link ?? ''}
          />
        );
      })}
    </nav>
  );
}
