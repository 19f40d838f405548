// Charts with direct labels. Each is a table to a screen reader.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

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
  x: number;
  value: number;
  shown: string;
  /** A part of the value, drawn over it. */
  part?: number;
}

const HEIGHT = 180;
const BELOW = 22;
const ABOVE = 22;

/** Columns over the years, the highest and the last one labelled. */
export function Columns({ of, caption, head }: { of: Point[]; caption: string; head: [string, string] }) {
  const [room, width] = useWidth();
  const points = [...of].sort((a, b) => a.x - b.x);
  const [first, last] = [points[0]?.x ?? 0, points.at(-1)?.x ?? 0];
  const most = Math.max(...points.map(({ value }) => value), 1e-9);
  const step = (width - 16) / (last - first + 1);
  const x = (year: number) => 8 + (year - first) * step;
  const y = (value: number) => HEIGHT - BELOW - (value / most) * (HEIGHT - BELOW - ABOVE);
  const peak = points.find(({ value }) => value === most);
  const named = labelled(points, peak, Math.ceil(48 / step));
  return (
    <figure class="chart" ref={room}>
      <svg width={width} height={HEIGHT} aria-hidden="true">
        <line class="axis" x1={0} x2={width} y1={HEIGHT - BELOW + 0.5} y2={HEIGHT - BELOW + 0.5} />
        {points.map(({ x: year, value, part }) => {
          const column = { x: x(year) + step * 0.1, width: Math.min(Math.max(step * 0.8, 1), 48) };
          return (
            <g key={year}>
              <rect class="column" {...column} y={y(value)} height={HEIGHT - BELOW - y(value)} rx={1} />
              {part !== undefined && (
                <rect class="column part" {...column} y={y(part)} height={HEIGHT - BELOW - y(part)} rx={1} />
              )}
              {named.has(year) && (
                <text x={clamp(column.x + column.width / 2, 16, width - 16)} y={HEIGHT - 6} text-anchor="middle">
                  {year}
                </text>
              )}
            </g>
          );
        })}
        {peak && (
          <text class="strong" x={clamp(x(peak.x) + step / 2, 28, width - 28)} y={y(most) - 6} text-anchor="middle">
            {peak.shown}
          </text>
        )}
      </svg>
      <div class="unseen">
        <table>
          <caption>{caption}</caption>
          <thead>
            <tr>
              <th scope="col">{head[0]}</th>
              <th scope="col">{head[1]}</th>
            </tr>
          </thead>
          <tbody>
            {points.map(({ x: year, shown }) => (
              <tr key={year}>
                <th scope="row">{year}</th>
                <td>{shown}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

/** The years that are written below: the highest, the last and the first, then as many as have room. */
function labelled(points: Point[], peak: Point | undefined, apart: number): Set<number> {
  const named = new Set<number>();
  for (const point of [peak, points.at(-1), ...points]) {
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
      <figcaption class="range-ends">
        {caption}
      </figcaption>
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
