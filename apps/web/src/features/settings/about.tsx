import { Skeleton, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../api/trpc.ts';
import { Loaded } from '../../components/states.tsx';
import classes from './settings.module.css';

/** Versions, and whether every part is in order: what `consonance doctor` prints. */
export function About() {
  const trpc = useTRPC();
  const info = useQuery(trpc.system.info.queryOptions());
  return (
    <section className={`panel ${classes.panel}`} aria-label="About">
      <Loaded query={info} skeleton={<Skeleton height={320} />}>
        {({ version, dataDirectory, checks }) => (
          <>
            <Text size="sm" mb="xs">
              Consonance {version}. The library lies in {dataDirectory}. Nothing leaves this
              machine.
            </Text>
            <ul className={classes.list}>
              {checks.map(({ name, ok, detail }) => (
                <li key={name} className={classes.item}>
                  <div className={classes.detail}>
                    <Text size="sm" fw={600}>
                      {name}
                    </Text>
                    <Text size="xs" className="quiet">
                      {detail}
                    </Text>
                  </div>
                  {ok ? (
                    <IconCircleCheck size={19} stroke={1.7} aria-label="in order" />
                  ) : (
                    <IconAlertTriangle
                      size={19}
                      stroke={1.7}
                      color="var(--mantine-color-error)"
                      aria-label="not in order"
                    />
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </section>
  );
}
