'use client';

import { useComputedColorScheme } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import type { EChartsOption, EChartsType } from 'echarts';
import { useEffect, useRef, useState } from 'react';
import { chartTheme } from './chart-theme.ts';

/** The mark that was clicked. */
export interface Selected {
  dataIndex: number;
  seriesIndex?: number;
  name: string;
}

export interface ChartProps {
  /** Keep it by `useMemo`: a new one is drawn anew. */
  option: EChartsOption;
  /** Pixels. */
  height: number;
  /** What the chart shows, for those who cannot see it. */
  label: string;
  onSelect?: (mark: Selected) => void;
}

/**
 * An ECharts chart in the colours of the page, as wide as its place. The library is fetched when
 * the first chart appears.
 */
export function Chart({ option, height, label, onSelect }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType>();
  const scheme = useComputedColorScheme('light');
  const still = useReducedMotion();

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let made: EChartsType | undefined;
    let gone = false;
    const observer = new ResizeObserver(() => made?.resize());
    void import('./echarts.ts').then(({ init }) => {
      if (gone) return;
      made = init(element, chartTheme(scheme));
      observer.observe(element);
      setChart(made);
    });
    return () => {
      gone = true;
      observer.disconnect();
      made?.dispose();
      setChart(undefined);
    };
  }, [scheme]);

  useEffect(() => {
    chart?.setOption({ animation: !still, ...option }, { notMerge: true });
  }, [chart, option, still]);

  useEffect(() => {
    if (!chart || !onSelect) return;
    const select = (mark: unknown) => onSelect(mark as Selected);
    chart.on('click', select);
    return () => {
      if (!chart.isDisposed()) chart.off('click', select);
    };
  }, [chart, onSelect]);

  return <div ref={place} style={{ height }} role="img" aria-label={label} />;
}
