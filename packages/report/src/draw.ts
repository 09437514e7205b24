/** Charts as SVG, drawn by ECharts without a browser; their colours come from the page. */
import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { Html } from './html.ts';
import { seriesColors } from './style.ts';

use([
  BarChart,
  CustomChart,
  LineChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  SVGRenderer,
]);

const width = 640;
const line = 'var(--line)';
export const text = 'var(--text)';
export const soft = 'var(--soft)';

export function draw(option: EChartsCoreOption, height: number): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      color: seriesColors,
      textStyle: { fontFamily: 'inherit', color: text },
      ...option,
    });
    const svg = chart
      .renderToSVGString()
      // The style only holds what happens under the mouse, in fixed colours.
      .replace(/<style[\s\S]*?<\/style>/g, '')
      .replaceAll('<image ', '<image preserveAspectRatio="none" ');
    return new Html(svg);
  } finally {
    chart.dispose();
  }
}

export const axis = (name: string, type: 'value' | 'category', more: object = {}) => ({
  type,
  name,
  nameLocation: 'middle',
  nameGap: 28,
  nameTextStyle: { color: soft },
  axisLabel: { color: text },
  axisLine: { lineStyle: { color: line } },
  axisTick: { show: false },
  splitLine: { show: type === 'value', lineStyle: { color: line } },
  ...more,
});
