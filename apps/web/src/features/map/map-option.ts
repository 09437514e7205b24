import type { EChartsOption } from 'echarts';
import { chartTheme } from '../../components/chart/chart-theme.ts';
import { genreColourIn } from '../../components/genres.ts';
import type { Outputs } from '../../api/trpc.ts';
import { viewOf } from './geometry.ts';

export type MapData = Outputs['recommend']['map'];

/** From here on songs are drawn as plain squares, all of a genre at once. */
const manySongs = 4000;

interface MapOptions {
  map: MapData;
  scheme: 'light' | 'dark';
  /** Labels of the genres that are not drawn. */
  hidden: ReadonlySet<string>;
  /** Rows to be seen among all others. */
  marked: readonly number[];
  /** The row that stands out among them. */
  found: number | undefined;
  /** Of the place, pixels. */
  width: number;
  height: number;
}

/** The songs in the colours of their genres, the genres' centres by name, and the marked songs. */
export function mapOption(options: MapOptions): EChartsOption {
  const { map, scheme, hidden, marked, found, width, height } = options;
  const { xy, genre, labels } = map;
  const place = (row: number) => [xy[2 * row]!, xy[2 * row + 1]!];
  const rowsOf = (label: number) =>
    genre.flatMap((other, row) => (other === label ? [place(row)] : []));
  const view = viewOf(xy, width, height);
  const axis = { type: 'value', show: false } as const;
  const zoom = { type: 'inside', filterMode: 'none', minSpan: 1 } as const;
  const text = scheme === 'dark' ? '#f1f4f5' : '#171d21';
  const halo = scheme === 'dark' ? '#1f2326' : '#ffffff';
  const isMany = map.ids.length > manySongs;
  return {
    textStyle: chartTheme(scheme).textStyle,
    grid: { left: 0, right: 0, top: 0, bottom: 0 },
    xAxis: { ...axis, ...view.x },
    yAxis: { ...axis, ...view.y },
    dataZoom: [
      { ...zoom, id: 'x', xAxisIndex: 0 },
      { ...zoom, id: 'y', yAxisIndex: 0 },
    ],
    series: [
      ...labels.flatMap((label, index) =>
        hidden.has(label)
          ? []
          : {
              type: 'scatter' as const,
              silent: true,
              large: isMany,
              largeThreshold: 0,
              progressive: 0,
              symbol: isMany ? 'rect' : 'circle',
              symbolSize: isMany ? 3 : map.ids.length > 1000 ? 6 : 9,
              itemStyle: { color: genreColourIn(scheme, label), opacity: isMany ? 0.65 : 0.8 },
              data: rowsOf(index),
            },
      ),
      {
        type: 'scatter',
        silent: true,
        symbolSize: 15,
        itemStyle: { color: 'transparent', borderColor: text, borderWidth: 2 },
        data: marked.map((row) => ({
          value: place(row),
          ...(row === found && { symbolSize: 28, itemStyle: { borderWidth: 4 } }),
        })),
      },
      {
        type: 'scatter',
        silent: true,
        symbol: 'diamond',
        symbolSize: 15,
        labelLayout: { moveOverlap: 'shiftY' },
        label: {
          show: true,
          position: 'top',
          formatter: '{b}',
          fontSize: 13,
          fontWeight: 600,
          color: text,
          textBorderColor: halo,
          textBorderWidth: 3,
        },
        data: map.centres.flatMap(({ label, id }) => {
          const row = map.ids.indexOf(id);
          if (row < 0 || hidden.has(label)) return [];
          return {
            name: label,
            value: place(row),
            itemStyle: { color: genreColourIn(scheme, label), borderColor: text, borderWidth: 1.5 },
          };
        }),
      },
    ],
  };
}
