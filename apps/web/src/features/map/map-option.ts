import type { EChartsOption } from 'echarts';
import { chartTheme } from '../../components/chart/chart-theme.ts';
import { genreColourIn } from '../../components/genres.ts';
import type { Outputs } from '../../api/trpc.ts';
import { viewOf } from './geometry.ts';

export type MapData = Outputs['recommend']['map'];

/** The id of the series. */
const marks = 'marks';

/** From here on songs are drawn as plain squares, all of a genre at once. */
const manySongs = 4000;

interface MapOptions {
  map: MapData;
  /** Of `placesByGenre`. */
  places: readonly Float32Array[];
  scheme: 'light' | 'dark';
  /** Labels of the genres that are not drawn. */
  hidden: ReadonlySet<string>;
  /** Of the place, pixels. */
  width: number;
  height: number;
}

/** x and y of each song in turn, genre by genre. */
export function placesByGenre({ labels, genre, xy }: MapData): Float32Array[] {
  const places = labels.map(() => [] as number[]);
  genre.forEach((label, row) => places[label]!.push(xy[2 * row]!, xy[2 * row + 1]!));
  return places.map((flat) => Float32Array.from(flat));
}

/** The songs in the colours of their genres, the genres' centres by name, and a series for marks. */
export function mapOption(options: MapOptions): EChartsOption {
  const { map, places, scheme, hidden, width, height } = options;
  const view = viewOf(map.xy, width, height);
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
      ...map.labels.flatMap((label, index) =>
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
              data: places[index]!,
            },
      ),
      {
        id: marks,
        type: 'scatter',
        silent: true,
        symbolSize: 15,
        itemStyle: { color: 'transparent', borderColor: text, borderWidth: 2 },
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
            value: placeOf(map, row),
            itemStyle: { color: genreColourIn(scheme, label), borderColor: text, borderWidth: 1.5 },
          };
        }),
      },
    ],
  };
}

/** What `mapOption` leaves out: rows to be seen among all others, and the one that stands out among them. */
export const marksOption = (
  map: MapData,
  marked: readonly number[],
  found: number | undefined,
): EChartsOption => ({
  series: {
    id: marks,
    type: 'scatter',
    data: marked.map((row) => ({
      value: placeOf(map, row),
      ...(row === found && { symbolSize: 28, itemStyle: { borderWidth: 4 } }),
    })),
  },
});

const placeOf = ({ xy }: MapData, row: number) => [xy[2 * row]!, xy[2 * row + 1]!];
