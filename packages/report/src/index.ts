export * from './charts.ts';
export * from './group-charts.ts';
export { Html, html } from './html.ts';
export * from './learning-curves.ts';
export { charts, figure, list, page, paragraph, section, table } from './page.ts';
