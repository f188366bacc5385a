import { scaleLinear, scaleTime } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import React, { useEffect, useRef, useState } from 'react';
import type { History, HistoryPoint } from '../../dashboard/shapes.ts';

const HEIGHT_PIXELS = 230;
const MARGIN_PIXELS = { top: 14, right: 44, bottom: 24, left: 44 };

/** Of all panels of this kind, the narrowest that makes sense. */
const LEAST_WIDTH_PIXELS = 240;

/**
 * What ended, as bars, failures hatched on top of successes, and how many tasks waited, as a line with an axis of its
 * own. The table below it says the same to who cannot see it.
 */
export function HistoryChart({ history }: { readonly history: History }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [pointed, setPointed] = useState<number | undefined>(undefined);
  const { points, stepSeconds } = history;
  const shown = pointed === undefined ? undefined : points[pointed];
  return (
    <div className="dashboard-chart" ref={frame}>
      <Legend />
      <Drawing history={history} width={width} pointed={pointed} onPoint={setPointed} />
      <p className="dashboard-chart-said" aria-hidden="true">
        {shown ? <PointInWords point={shown} stepSeconds={stepSeconds} /> : ' '}
      </p>
      <table className="ch-hidden">
        <caption>What ended and what waited, step by step</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Done</th>
            <th scope="col">Failed</th>
            <th scope="col">Waiting</th>
          </tr>
        </thead>
        <tbody>
          {points.map(({ moment, successes, failures, waiting }) => (
            <tr key={moment}>
              <td>{timeOf(moment)}</td>
              <td>{successes}</td>
              <td>{failures}</td>
              <td>{waiting ?? 'not known'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Legend() {
  return (
    <ul className="dashboard-legend" aria-hidden="true">
      <li>
        <span className="dashboard-key dashboard-key-done" /> Done
      </li>
      <li>
        <span className="dashboard-key dashboard-key-failed" /> Failed
      </li>
      <li>
        <span className="dashboard-key dashboard-key-waiting" /> Waiting (right)
      </li>
    </ul>
  );
}

function PointInWords({
  point,
  stepSeconds,
}: {
  readonly point: HistoryPoint;
  readonly stepSeconds: number;
}) {
  const { moment, successes, failures, waiting } = point;
  const end = new Date(Date.parse(moment) + stepSeconds * 1_000).toISOString();
  return (
    <>
      {timeOf(moment)}–{timeOf(end)}: {successes.toLocaleString()} done, {failures.toLocaleString()} failed
      {waiting !== null && `, ${waiting.toLocaleString()} waiting`}
    </>
  );
}

function Drawing(props: {
  readonly history: History;
  readonly width: number;
  readonly pointed: number | undefined;
  readonly onPoint: (index: number | undefined) => void;
}) {
  const { history, width, pointed, onPoint } = props;
  const { points, stepSeconds } = history;
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last || width === 0) return <div style={{ height: HEIGHT_PIXELS }} />;
  const { top, right, bottom, left } = MARGIN_PIXELS;
  const startOf = ({ moment }: HistoryPoint) => Date.parse(moment);
  const time = scaleTime()
    .domain([startOf(first), startOf(last) + stepSeconds * 1_000])
    .range([left, width - right]);
  const most = (of: (point: HistoryPoint) => number) => Math.max(1, ...points.map(of));
  const ended = scaleLinear()
    .domain([0, most(({ successes, failures }) => successes + failures)])
    .nice(4)
    .range([HEIGHT_PIXELS - bottom, top]);
  const depth = scaleLinear()
    .domain([0, most(({ waiting }) => waiting ?? 0)])
    .nice(4)
    .range([HEIGHT_PIXELS - bottom, top]);
  // The last step is drawn to its end.
  const steps = [...points, { ...last, moment: new Date(startOf(last) + stepSeconds * 1_000).toISOString() }];
  const isKnown = ({ waiting }: HistoryPoint) => waiting !== null;
  const place = (point: HistoryPoint) => time(startOf(point));
  const depthLine = line<HistoryPoint>(place, ({ waiting }) => depth(waiting ?? 0))
    .defined(isKnown)
    .curve(curveStepAfter);
  const depthArea = area<HistoryPoint>(place, depth(0), ({ waiting }) => depth(waiting ?? 0))
    .defined(isKnown)
    .curve(curveStepAfter);
  const barWidth = Math.max(1, (width - left - right) / points.length - 1.5);
  const point = (event: React.PointerEvent<SVGSVGElement>) => {
    const { left: edge } = event.currentTarget.getBoundingClientRect();
    const index = Math.floor(((event.clientX - edge - left) / (width - left - right)) * points.length);
    onPoint(index >= 0 && index < points.length ? index : undefined);
  };
  return (
    <svg
      width={width}
      height={HEIGHT_PIXELS}
      aria-hidden="true"
      onPointerMove={point}
      onPointerLeave={() => onPoint(undefined)}
    >
      <defs>
        <pattern
          id="dashboard-hatch"
          width="5"
          height="5"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="5" height="5" className="dashboard-failed-back" />
          <rect width="3" height="5" className="dashboard-failed" />
        </pattern>
      </defs>
      {ended
        .ticks(4)
        .filter(Number.isInteger)
        .map((tick) => (
          <g key={tick}>
            <line className="dashboard-grid" x1={left} x2={width - right} y1={ended(tick)} y2={ended(tick)} />
            <text className="dashboard-tick" x={left - 8} y={ended(tick)} dy="0.32em" textAnchor="end">
              {short(tick)}
            </text>
          </g>
        ))}
      {depth
        .ticks(4)
        .filter(Number.isInteger)
        .map((tick) => (
          <text
            key={tick}
            className="dashboard-tick dashboard-tick-waiting"
            x={width - right + 8}
            y={depth(tick)}
            dy="0.32em"
          >
            {short(tick)}
          </text>
        ))}
      {time.ticks(width < 500 ? 4 : 8).map((tick) => (
        <text
          key={tick.getTime()}
          className="dashboard-tick"
          x={time(tick)}
          y={HEIGHT_PIXELS - 6}
          textAnchor="middle"
        >
          {timeOf(tick.toISOString())}
        </text>
      ))}
      <path className="dashboard-waiting-area" d={depthArea(steps) ?? ''} />
      {points.map((each, index) => {
        const x = place(each);
        const { successes, failures } = each;
        return (
          <g key={each.moment} className={index === pointed ? 'dashboard-pointed' : ''}>
            {successes > 0 && (
              <rect
                className="dashboard-done"
                x={x}
                width={barWidth}
                y={ended(successes)}
                height={ended(0) - ended(successes)}
              />
            )}
            {failures > 0 && (
              <rect
                fill="url(#dashboard-hatch)"
                x={x}
                width={barWidth}
                y={ended(successes + failures)}
                height={ended(successes) - ended(successes + failures)}
              />
            )}
          </g>
        );
      })}
      <path className="dashboard-waiting-line" d={depthLine(steps) ?? ''} />
    </svg>
  );
}

/** The width that an element has, whenever that changes. */
function useWidth(element: React.RefObject<HTMLElement>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const { current } = element;
    if (!current) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.max(LEAST_WIDTH_PIXELS, Math.floor(entry.contentRect.width)));
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

function timeOf(moment: string): string {
  return new Date(moment).toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

function short(count: number): string {
  return count.toLocaleString('en', { notation: 'compact' });
}
