// Charts with direct labels. Each has a table of its numbers.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { useText } from '../shell';
import { Empty } from './page';

export interface Bar {
  label: ComponentChildren;
  value: number;
  /** The value as it is written. */
  shown: string;
  tone?: 'positive' | 'negative' | 'neutral';
}

interface BarsProps {
  of: Bar[];
  caption: string;
  /** The value over the whole width; without it, the greatest one. */
  most?: number;
}

/** Horizontal bars. */
export function Bars({ of, caption, most = Math.max(...of.map(({ value }) => Math.abs(value))) }: BarsProps) {
  const t = useText();
  if (!of.length) return <Empty>{t.noData}</Empty>;
  return (
    <table class="bars">
      <caption class="unseen">{caption}</caption>
      <tbody>
        {of.map(({ label, value, shown, tone }, place) => (
          <tr key={place}>
            <th scope="row">{label}</th>
            <td class="bar-value">{shown}</td>
            <td class="bar-room" aria-hidden="true">
              {value !== 0 && most > 0 && (
                <div class={`bar ${tone ?? ''}`} style={{ width: `${(100 * Math.abs(value)) / most}%` }} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Shares of a whole in one line. */
export function Shares({ of, caption }: { of: Bar[]; caption: string }) {
  const all = of.reduce((sum, { value }) => sum + value, 0);
  return (
    <figure class="shares">
      <div class="shares-line" aria-hidden="true">
        {of
          .filter(({ value }) => value > 0)
          .map(({ value, tone }, place) => (
            <div key={place} class={`bar ${tone ?? ''}`} style={{ width: `${all ? (100 * value) / all : 0}%` }} />
          ))}
      </div>
      <figcaption class="unseen">{caption}</figcaption>
      <ul class="legend">
        {of.map(({ label, shown, tone }, place) => (
          <li key={place}>
            <span class={`dot ${tone ?? ''}`} aria-hidden="true" /> {label} <b>{shown}</b>
          </li>
        ))}
      </ul>
    </figure>
  );
}

export interface Point {
  /** The year; null when unknown, which is written below the chart. */
  x: number | null;
  value: number;
  shown: string;
  /** A part of the value, drawn over it. */
  part?: number;
}

type Dated = Point & { x: number };

const HEIGHT = 180;
const BELOW = 22;
const ABOVE = 22;
const WIDEST = 48; // of a column

interface ColumnsProps {
  of: Point[];
  caption: string;
  /** What the years and the values are. */
  head: [string, string];
  /** What is said without any point. */
  empty?: string;
}

/** Columns over the years, the highest one labelled, or the one that is pointed at. */
export function Columns({ of, caption, head, empty }: ColumnsProps) {
  const t = useText();
  const points = of.filter((point): point is Dated => point.x !== null).sort((a, b) => a.x - b.x);
  const unknown = of.find(({ x }) => x === null);
  if (!of.length) return <Empty>{empty ?? t.noData}</Empty>;
  return (
    <>
      {points.length > 0 && <Drawn of={points} />}
      {unknown && (
        <p class="note">
          {t.unknownYear}: {unknown.shown}
        </p>
      )}
      {points.length > 0 && (
        <details class="numbers">
          <summary>{t.showNumbers}</summary>
          <table class="table dense">
            <caption class="unseen">{caption}</caption>
            <thead>
              <tr>
                <th scope="col">{head[0]}</th>
                <th scope="col" class="number">
                  {head[1]}
                </th>
              </tr>
            </thead>
            <tbody>
              {points.map(({ x: year, shown }) => (
                <tr key={year}>
                  <th scope="row">{year}</th>
                  <td class="number">{shown}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </>
  );
}

function Drawn({ of: points }: { of: Dated[] }) {
  const [room, width] = useWidth();
  const [pointed, setPointed] = useState<number | null>(null);
  const [first, last] = [points[0]?.x ?? 0, points.at(-1)?.x ?? 0];
  const most = Math.max(...points.map(({ value }) => value), 1e-9);
  const step = (width - 16) / (last - first + 1);
  const middle = (year: number) => 8 + (year - first + 0.5) * step;
  const y = (value: number) => HEIGHT - BELOW - (value / most) * (HEIGHT - BELOW - ABOVE);
  const labelled = points.find(({ x }) => x === pointed) ?? points.find(({ value }) => value === most);
  const named = years(points, labelled, Math.ceil(48 / step));
  const wide = Math.min(Math.max(step * 0.8, 1), WIDEST);
  /** The nearest column, which may be too small to hit. */
  const point = (event: PointerEvent) => {
    const at = event.clientX - (event.currentTarget as Element).getBoundingClientRect().left;
    const distance = ({ x }: Dated) => Math.abs(middle(x) - at);
    setPointed(points.reduce((near, other) => (distance(other) < distance(near) ? other : near)).x);
  };
  return (
    <figure class="chart" ref={room}>
      <svg
        width={width}
        height={HEIGHT}
        aria-hidden="true"
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={(event) => event.pointerType === 'mouse' && setPointed(null)}
      >
        <line class="axis" x1={0} x2={width} y1={HEIGHT - BELOW + 0.5} y2={HEIGHT - BELOW + 0.5} />
        {points.map(({ x: year, value, part }) => {
          const column = { x: middle(year) - wide / 2, width: wide };
          return (
            <g key={year} class={year === pointed ? 'pointed' : undefined}>
              <rect class="column" {...column} y={y(value)} height={HEIGHT - BELOW - y(value)} rx={1} />
              {part !== undefined && (
                <rect class="column part" {...column} y={y(part)} height={HEIGHT - BELOW - y(part)} rx={1} />
              )}
              {named.has(year) && (
                <text x={clamp(middle(year), 16, width - 16)} y={HEIGHT - 6} text-anchor="middle">
                  {year}
                </text>
              )}
            </g>
          );
        })}
        {labelled && (
          <text
            class="strong"
            x={clamp(middle(labelled.x), 28, width - 28)}
            y={y(labelled.value) - 6}
            text-anchor="middle"
          >
            {labelled.shown}
          </text>
        )}
      </svg>
    </figure>
  );
}

/** The years that are written below: the labelled one, the last and the first, then as many as have room. */
function years(points: Dated[], labelled: Dated | undefined, apart: number): Set<number> {
  const named = new Set<number>();
  for (const point of [labelled, points.at(-1), ...points]) {
    if (point && [...named].every((year) => Math.abs(year - point.x) >= apart)) named.add(point.x);
  }
  return named;
}

interface RangeProps {
  low: number;
  high: number;
  /** The estimate, and the true value if there is one. */
  marks: { value: number; label: string; main?: boolean }[];
  from?: number;
  to?: number;
  caption: string;
}

/** An interval with marks on a scale from `from` to `to`. */
export function Range({ low, high, marks, from = 0, to, caption }: RangeProps) {
  const [room, width] = useWidth();
  const end = to ?? Math.max(high, ...marks.map(({ value }) => value)) * 1.1;
  const x = (value: number) => 8 + ((value - from) / (end - from)) * (width - 16);
  return (
    <figure class="chart" ref={room}>
      <svg width={width} height={92} aria-hidden="true">
        <line class="axis" x1={8} x2={width - 8} y1={46} y2={46} />
        <rect class="interval" x={x(low)} width={Math.max(x(high) - x(low), 2)} y={36} height={20} rx={10} />
        {[...marks]
          .sort((one, other) => Number(!!one.main) - Number(!!other.main))
          .map(({ value, label, main }) => (
            <g key={label}>
              <circle class={main ? 'mark main' : 'mark'} cx={x(value)} cy={46} r={7} />
              <text class="strong" x={clamp(x(value), 60, width - 60)} y={main ? 22 : 82} text-anchor="middle">
                {label}
              </text>
            </g>
          ))}
      </svg>
      <figcaption class="range-ends">{caption}</figcaption>
    </figure>
  );
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** The width of an element, in CSS pixels: text in a scaled drawing would be too small on a phone. */
function useWidth() {
  const element = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(320);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return [element, width] as const;
}
