import { palette } from '../genres.ts';

export const textColour = { light: '#3c464d', dark: '#c9d1d6' };

/** An ECharts theme: text and lines as elsewhere on the page, no box around anything. */
export function chartTheme(scheme: 'light' | 'dark') {
  const dark = scheme === 'dark';
  const text = textColour[scheme];
  const line = dark ? '#3d464c' : '#dbe1e4';
  const axis = {
    axisLine: { lineStyle: { color: line } },
    axisTick: { lineStyle: { color: line } },
    axisLabel: { color: text },
    nameTextStyle: { color: text },
    splitLine: { lineStyle: { color: line } },
    splitArea: { show: false },
  };
  return {
    darkMode: dark,
    backgroundColor: 'transparent',
    color: palette[scheme],
    textStyle: { color: text, fontFamily: '"Inter Variable", system-ui, sans-serif' },
    title: { textStyle: { color: text, fontSize: 14 } },
    legend: { textStyle: { color: text }, inactiveColor: dark ? '#5c676e' : '#a9b3b9' },
    tooltip: {
      backgroundColor: dark ? '#262b2f' : '#ffffff',
      borderColor: line,
      textStyle: { color: dark ? '#e9edef' : '#20272b' },
    },
    visualMap: { textStyle: { color: text } },
    categoryAxis: axis,
    valueAxis: axis,
    logAxis: axis,
    timeAxis: axis,
  };
}
