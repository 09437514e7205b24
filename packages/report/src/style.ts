/** Okabe and Ito's colours, which the colour-blind can tell apart; darker or lighter for contrast. */
const light = [
  '#0072b2',
  '#c44e00',
  '#00815e',
  '#b5558f',
  '#946800',
  '#3b8fc4',
  '#6b4fa0',
  '#4d4d4d',
];
const dark = [
  '#56b4e9',
  '#f08a4b',
  '#2fc49b',
  '#e39ac4',
  '#e6b03c',
  '#8fd0f5',
  '#b39ddb',
  '#bdbdbd',
];

/** As many as charts can tell apart; a chart with more series begins again. */
export const seriesColors = light.map((_, i) => `var(--series-${i})`);

const variables = (colors: readonly string[], rest: string): string =>
  `${rest} ${colors.map((color, i) => `--series-${i}: ${color};`).join(' ')}`;

const lightTheme = variables(
  light,
  '--page: #fff; --text: #1d1d1f; --soft: #5f5f66; --line: #d9d9de;',
);
const darkTheme = variables(
  dark,
  '--page: #18181b; --text: #ececf0; --soft: #a9a9b2; --line: #3a3a40;',
);

export const style = `
:root { color-scheme: light dark; ${lightTheme} }
@media screen and (prefers-color-scheme: dark) { :root { ${darkTheme} } }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.6rem; } h2 { margin-top: 2.5rem; font-size: 1.25rem; } h3 { font-size: 1rem; }
p, li { max-width: 48rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 1rem 2rem; }
figure { margin: 1rem 0; break-inside: avoid; }
figcaption, caption, summary { color: var(--soft); text-align: left; }
caption { padding: 0 0 .4rem; }
svg { width: 100%; height: auto; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th[scope=row], thead th:first-child { text-align: left; }
thead th { color: var(--soft); font-weight: 600; } th[scope=row] { font-weight: 400; }
@media print {
  main { max-width: none; padding: 0; } .table { overflow: visible; }
  details::details-content { content-visibility: visible; display: block; }
}
`;
