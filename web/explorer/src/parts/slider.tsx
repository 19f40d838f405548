// The slider of diversity: its value is a parameter of the address.

import { useEffect, useState } from 'preact/hooks';

import { setParameters, usePlace } from '../router';
import { useFormat, useText } from '../shell';

const WAIT = 200; // ms after the last movement

export function useDiversity(): number {
  const text = usePlace().query.get('diversity');
  return isDiversityInvalid(text) ? 0 : Number(text);
}

/** Whether the address has a diversity that is not one. */
export function isDiversityInvalid(text: string | null): boolean {
  return text !== null && !(text.trim() !== '' && Number(text) >= 0 && Number(text) <= 1);
}

export function Diversity() {
  const t = useText();
  const format = useFormat();
  const place = usePlace();
  const given = useDiversity();
  const [value, setValue] = useState(given);
  useEffect(() => setValue(given), [given]);
  useEffect(() => {
    if (value === given) return;
    const later = setTimeout(() => setParameters(place, { diversity: value || null }, { replace: true }), WAIT);
    return () => clearTimeout(later);
  }, [value]);
  return (
    <>
      {isDiversityInvalid(place.query.get('diversity')) && <p class="notice">{t.notRead(t.diversity)}</p>}
      <label class="slider">
        <span>{t.diversity}</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.1}
          value={value}
          onInput={(event) => setValue(Number(event.currentTarget.value))}
        />
        <output>{format.decimal(value, 1)}</output>
      </label>
    </>
  );
}
