import { hueOf } from './hue.ts';

/**
 * Colours for kinds of things side by side, apart for every kind of colour vision (after Okabe and
 * Ito 2008), each with a contrast of at least 3 to the page.
 */
export const palette = {
  light: ['#0072b2', '#b86200', '#00805e', '#a8407f', '#7d7400', '#c23b00', '#5b5fc7', '#5c676e'],
  dark: ['#56b4e9', '#e69f00', '#2fc49b', '#e58fc0', '#f0e442', '#f0804a', '#a3a7ff', '#a5b1b9'],
};

const order = ['classical', 'jazz', 'folk', 'electronic', 'hip-hop', 'rock', 'instrumental'];

/** For CSS: follows the theme by itself. */
export function genreColour(label: string): string {
  return `light-dark(${genreColourIn('light', label)}, ${genreColourIn('dark', label)})`;
}

/**
 * For a canvas, which must be told the theme. The same on every page; the hue of a genre that the shipped models do
 * not know follows from its name.
 */
export function genreColourIn(scheme: 'light' | 'dark', label: string): string {
  const known = palette[scheme][order.indexOf(label)];
  if (known !== undefined) return known;
  return `hsl(${hueOf(label)}, ${scheme === 'dark' ? '65%, 70%' : '70%, 34%'})`;
}
