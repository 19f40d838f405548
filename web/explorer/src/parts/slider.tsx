// The slider of diversity: its value is a parameter of the address.

import { useEffect, useState } from 'preact/hooks';

import { setParameters, usePlace } from '../router';
import { useFormat, useText } from '../shell';

const WAIT = 200; // ms after the last movement

export function useDiversity(): number {
  const value = Number(usePlace().query.get('diversity'));
  return value >= 0 && value <= 1 ? value : 0;
}

export function Diversity() {
  const t = useText();
  const format = useFormat();
  const place = usePlace();
  const given = useDiversity();
  const [value, setValue] = useState(given);
  useEffect(() => {
    if (value === given) return;
    const later = setTimeout(() => setParameters(place, { diversity: value || null }), WAIT);
    return () => clearTimeout(later);
  }, [value]);
  return (
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
  );
}
