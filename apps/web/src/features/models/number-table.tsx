import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { interval, isSure, number, signed } from './numbers.ts';
import classes from './models.module.css';

interface NumberTableProps {
  /** What the table shows, for those who cannot see what stands around it. */
  label: string;
  head: readonly ReactNode[];
  /** The first cell names the row. */
  rows: readonly (readonly ReactNode[])[];
}

/** Numbers below their names; scrolls sideways where it is too wide. */
export function NumberTable({ label, head, rows }: NumberTableProps) {
  return (
    <div className={classes.scroll} role="region" aria-label={label} tabIndex={0}>
      <Table
        className={classes.table ?? ''}
        stickyHeader
        verticalSpacing={6}
        horizontalSpacing="sm"
      >
        <Table.Thead>
          <Table.Tr>
            {head.map((cell, column) => (
              <Table.Th key={column} scope="col">
                {cell}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([name, ...cells], row) => (
            <Table.Tr key={row}>
              <Table.Th scope="row">{name}</Table.Th>
              {cells.map((cell, column) => (
                <Table.Td key={column}>{cell}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface EstimateCellProps {
  estimate: { value: number | null; interval: readonly [number, number] | null };
  /** A difference has a sign, and is bold where its interval is on one side of 0. */
  isDifference?: boolean;
}

/** A number over its 95 % interval. */
export function EstimateCell({ estimate, isDifference = false }: EstimateCellProps) {
  const known = { interval: estimate.interval && ([...estimate.interval] as [number, number]) };
  return (
    <span className={classes.estimate}>
      <span className={isDifference && isSure(known) ? classes.sure : undefined}>
        {isDifference ? signed(estimate.value) : number(estimate.value)}
      </span>
      <span className={`quiet ${classes.interval}`}>{interval(known)}</span>
    </span>
  );
}
