import type { Row } from '../compete.ts';

/** As Markdown. */
export function table(title: string, rows: readonly Row[]): string {
  const lines = rows.map(({ peer, version, medianMilliseconds, ratio, agreement, reason }) => {
    const ends = ratio?.interval.map((end) => end.toFixed(2)).join(', ');
    return [
      `${peer} ${version}`.trim(),
      medianMilliseconds === null ? '-' : `${medianMilliseconds.toFixed(2)} ms`,
      ratio === null ? '-' : `${ratio.value.toFixed(2)} [${ends}]`,
      reason ?? agreement ?? '',
    ].join(' | ');
  });
  const head = ['peer | CPU time, median | times Consonance | result', '--- | --- | --- | ---'];
  return [`\n${title}\n`, ...[...head, ...lines].map((line) => `| ${line} |`)].join('\n');
}
