// Years: those that an address names, and those that a control offers.

/** A year of the address; null for any other text, and for none. */
export function yearOf(text: string | null | undefined): number | null {
  return /^\d{1,4}$/.test(text ?? '') ? Number(text) || null : null;
}

/** The options of a control for a year, newest first. */
export function YearOptions({ of }: { of: Iterable<number> }) {
  return [...of]
    .sort((one, other) => other - one)
    .map((year) => (
      <option key={year} value={year}>
        {year}
      </option>
    ));
}
