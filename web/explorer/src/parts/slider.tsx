// The slider of diversity: its value is a parameter of the address.

import { useEffect, useRef, useState } from 'preact/hooks';

import { here, setParameters, usePlace } from '../router';
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
  const later = useRef<number | undefined>(undefined); // the address follows the last movement, not the other way round
  useEffect(() => {
    if (!later.current) setValue(given);
  }, [given]);
  useEffect(() => () => clearTimeout(later.current), []);
  const slide = (to: number) => {
    setValue(to);
    clearTimeout(later.current);
    later.current = window.setTimeout(() => {
      later.current = undefined;
      setParameters(here(), { diversity: to || null }, { replace: true });
    }, WAIT);
  };
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
          onInput={(event) => slide(Number(event.currentTarget.value))}
        />
        <output>{format.decimal(value, 1)}</output>
      </label>
    </>
  );
}
