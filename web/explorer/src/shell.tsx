// What every view knows: the snapshot, the language, and how numbers are written in it.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

import type { ExplorerShellQuery } from './generated/types';
import { en } from './text/en';

export type Language = 'en' | 'es';

export interface Shell {
  dataset: ExplorerShellQuery['dataset'];
  has: { games: boolean; titles: boolean; people: boolean };
}

export const text = createContext<{ language: Language; t: typeof en }>({ language: 'en', t: en });
export const shell = createContext<Shell | null>(null);

/** The texts of the reader's language. */
export function useText() {
  return useContext(text).t;
}

export function useShell(): Shell {
  return useContext(shell)!;
}

/** How the reader's language writes numbers and dates; unknown values are a dash. */
export function useFormat() {
  const { language } = useContext(text);
  const write = (options: Intl.NumberFormatOptions) => (value: number | null | undefined) =>
    value === null || value === undefined
      ? '–'
      : new Intl.NumberFormat(language, { useGrouping: 'always', ...options }).format(value).replace('-', '−');
  return {
    count: write({ maximumFractionDigits: 0 }),
    short: write({ notation: 'compact', maximumFractionDigits: 1 }),
    decimal: (value: number | null | undefined, digits = 2) =>
      write({ minimumFractionDigits: digits, maximumFractionDigits: digits })(value),
    usd: write({ style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' }),
    signedUsd: write({
      style: 'currency',
      currency: 'USD',
      currencyDisplay: 'narrowSymbol',
      signDisplay: 'exceptZero',
    }),
    /** Of a share from 0 to 100; one that would be rounded to 0 is less than the least that is shown. */
    percent: (value: number | null | undefined, digits = value && value < 1 ? 1 : 0) => {
      const least = 10 ** -digits;
      const small = typeof value === 'number' && value > 0 && value < least / 2;
      const shown = small ? least : value;
      const percent = write({ style: 'percent', maximumFractionDigits: digits });
      return (small ? '<' : '') + percent(typeof shown === 'number' ? shown / 100 : shown);
    },
    date: (value: string | null | undefined) =>
      value ? new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(value)) : '–',
    list: (values: string[]) => new Intl.ListFormat(language, { type: 'conjunction' }).format(values),
  };
}
