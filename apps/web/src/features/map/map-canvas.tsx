import { ActionIcon, Tooltip, useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconFocusCentered, IconMinus, IconPlus } from '@tabler/icons-react';
import type { DataZoomComponentOption, EChartsType } from 'echarts';
import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { type Place, nearestRow, rowsInside } from './geometry.ts';
import { HoverCard } from './hover-card.tsx';
import classes from './map.module.css';
import { type MapData, mapOption, marksOption, placesByGenre } from './map-option.ts';

interface MapCanvasProps {
  map: MapData;
  hidden: ReadonlySet<string>;
  marked: readonly number[];
  /** The one of them that was looked for. */
  found: number | undefined;
  /** Draws around songs instead of moving the map. */
  isLasso: boolean;
  onChoose: (row: number) => void;
  onLasso: (rows: number[]) => void;
}

/** How near to a song a pointer means it, pixels; fingers are wide. */
const reachOf = ({ pointerType }: PointerEvent) => (pointerType === 'touch' ? 24 : 12);

/** The map on a canvas: zoom by wheel or fingers, drag to move, click or draw around songs. */
export function MapCanvas(props: MapCanvasProps) {
  const { map, hidden, marked, found, isLasso, onChoose, onLasso } = props;
  const scheme = useComputedColorScheme('light');
  const { ref: frame, width, height } = useElementSize<HTMLDivElement>();
  const place = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType>();
  const [hovered, setHovered] = useState<{ row: number; at: Place }>();
  const [outline, setOutline] = useState<Place[]>([]);
  // Several moves may come before the outline is painted.
  const drawn = useRef<Place[]>([]);
  const draw = (places: Place[]) => setOutline((drawn.current = places));
  const pressed = useRef<Place>(undefined);

  useEffect(() => {
    let made: EChartsType | undefined;
    let isGone = false;
    void import('../../components/chart/echarts.ts').then(({ init }) => {
      if (isGone || !place.current) return;
      made = init(place.current);
      setChart(made);
    });
    return () => {
      isGone = true;
      made?.dispose();
      setChart(undefined);
    };
  }, []);

  const places = useMemo(() => placesByGenre(map), [map]);
  useEffect(() => {
    if (!chart || width === 0) return;
    chart.resize();
    const option = mapOption({ map, places, scheme, hidden, width, height });
    // What is zoomed to stays in sight; the marks that follow have all drawn.
    chart.setOption({ animation: false, ...option }, { replaceMerge: 'series', lazyUpdate: true });
  }, [chart, map, places, scheme, hidden, width, height]);
  useEffect(() => {
    if (chart && width > 0) chart.setOption(marksOption(map, marked, found));
  }, [chart, map, places, scheme, hidden, width, height, marked, found]);

  // What was looked for comes into sight.
  useEffect(() => {
    if (!chart || found === undefined) return;
    const at = chart.convertToPixel({ gridIndex: 0 }, [map.xy[2 * found]!, map.xy[2 * found + 1]!]);
    if (!chart.containPixel({ gridIndex: 0 }, at)) zoomTo(chart, [everything, everything]);
  }, [chart, found, map]);

  const isShown = (row: number) => !hidden.has(map.labels[map.genre[row]!] ?? '');
  const onMap = (at: Place) =>
    chart!.convertFromPixel({ gridIndex: 0 }, [...at]) as [number, number];
  const songAt = (event: PointerEvent) => {
    const at = placeOf(event);
    const reach = reachOf(event);
    const [x, y] = onMap(at);
    const [edge] = onMap([at[0] + reach, at[1]]);
    return nearestRow(map.xy, [x, y], edge - x, isShown);
  };

  const press = (event: PointerEvent) => {
    const at = placeOf(event);
    // Two fingers zoom; neither of them taps.
    pressed.current = event.isPrimary ? at : undefined;
    if (!isLasso || !event.isPrimary) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    draw([at]);
  };
  const move = (event: PointerEvent) => {
    if (!chart) return;
    const at = placeOf(event);
    if (drawn.current.length > 0) {
      if (event.isPrimary) draw([...drawn.current, at]);
      return;
    }
    const row = event.buttons === 0 ? songAt(event) : undefined;
    setHovered(row === undefined ? undefined : { row, at });
  };
  const release = (event: PointerEvent) => {
    const from = pressed.current;
    const outlined = drawn.current;
    pressed.current = undefined;
    draw([]);
    if (!chart || !from) return;
    const at = placeOf(event);
    if (outlined.length > 2) {
      onLasso(rowsInside(map.xy, outlined.flatMap(onMap), isShown));
    } else if (Math.hypot(at[0] - from[0], at[1] - from[1]) < 4) {
      const row = songAt(event);
      if (row !== undefined) onChoose(row);
    }
  };

  return (
    <div ref={frame} className={classes.frame}>
      <div
        ref={place}
        className={classes.canvas}
        role="img"
        aria-label={`Map of ${map.ids.length} songs. The list beside it chooses songs by keyboard.`}
        onPointerDown={isLasso ? undefined : press}
        onPointerMove={move}
        onPointerUp={release}
        onPointerLeave={() => setHovered(undefined)}
      />
      {isLasso && (
        <svg
          className={classes.lasso}
          aria-hidden="true"
          onPointerDown={press}
          onPointerMove={move}
          onPointerUp={release}
          onPointerCancel={() => draw([])}
          onPointerLeave={() => setHovered(undefined)}
        >
          <polygon points={outline.join(' ')} />
        </svg>
      )}
      {hovered && outline.length === 0 && (
        <HoverCard id={map.ids[hovered.row]!} at={hovered.at} width={width} />
      )}
      <div className={classes.zoom}>
        <ZoomButton label="Zoom in" icon={IconPlus} onClick={() => chart && zoomBy(chart, 0.6)} />
        <ZoomButton label="Zoom out" icon={IconMinus} onClick={() => chart && zoomBy(chart, 1.6)} />
        <ZoomButton
          label="Show the whole map"
          icon={IconFocusCentered}
          onClick={() => chart && zoomTo(chart, [everything, everything])}
        />
      </div>
    </div>
  );
}

interface ZoomButtonProps {
  label: string;
  icon: typeof IconPlus;
  onClick: () => void;
}

function ZoomButton({ label, icon: Icon, onClick }: ZoomButtonProps) {
  return (
    <Tooltip label={label} position="left">
      <ActionIcon variant="default" size="lg" aria-label={label} onClick={onClick}>
        <Icon size={17} stroke={1.7} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function placeOf({ clientX, clientY, currentTarget }: PointerEvent): Place {
  const { left, top } = currentTarget.getBoundingClientRect();
  return [clientX - left, clientY - top];
}

/** Percent of an axis. */
interface Span {
  start: number;
  end: number;
}

const everything: Span = { start: 0, end: 100 };

function zoomOf(chart: EChartsType): Span[] | undefined {
  const zooms = chart.getOption()?.['dataZoom'] as DataZoomComponentOption[] | undefined;
  return zooms?.map(({ start = 0, end = 100 }) => ({ start, end }));
}

function zoomTo(chart: EChartsType, spans: readonly Span[]) {
  chart.dispatchAction({
    type: 'dataZoom',
    batch: spans.map((span, dataZoomIndex) => ({ dataZoomIndex, ...span })),
  });
}

/** Zooms about the middle of what is seen. */
function zoomBy(chart: EChartsType, factor: number) {
  const spans = zoomOf(chart)?.map(({ start, end }) => {
    const [middle, half] = [(start + end) / 2, Math.min(50, ((end - start) * factor) / 2)];
    const from = Math.min(Math.max(0, middle - half), 100 - 2 * half);
    return { start: from, end: from + 2 * half };
  });
  if (spans) zoomTo(chart, spans);
}
