// A field that offers what matches as the reader types, by the combobox pattern of ARIA.

import { useEffect, useId, useRef, useState } from 'preact/hooks';

import { asFailure } from '../client';
import { useText } from '../shell';
import { failureTexts, isSearchable, searchAdvice } from './advice';

export interface Option {
  /** Unique among all options. */
  key: string;
  label: string;
  note: string;
}

interface Props<Offered extends Option> {
  label: string;
  placeholder: string;
  search: (text: string, signal: AbortSignal) => Promise<Offered[]>;
  onPick: (option: Offered) => void;
  /** What the field holds at this place, until the reader types. */
  given?: string;
  /** Enter without a choice; else the first option is taken. */
  onSubmit?: (text: string) => void;
  /** Pressing / anywhere moves here. */
  shortcut?: boolean;
}

/** What is offered for a text; `advice` is shown where nothing is: nothing matches, or there is no answer. */
interface Offer<Offered> {
  text: string;
  options: Offered[];
  advice: string[];
}

const WAIT = 150; // ms after the last key

export function Combobox<Offered extends Option>({
  label,
  placeholder,
  search,
  onPick,
  given = '',
  onSubmit,
  shortcut,
}: Props<Offered>) {
  const t = useText();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(given);
  const [offer, setOffer] = useState<Offer<Offered> | null>(null);
  const { options = null, advice = [] } = offer ?? {};
  const isCurrent = offer?.text === text;
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  /** Enter was pressed before the options of the text had come. */
  const hurried = useRef(false);

  useEffect(() => setText(given), [given]);

  useEffect(() => {
    if (!text.trim()) return setOffer(null);
    if (!open) return;
    const controller = new AbortController();
    const show = (options: Offered[], advice: string[]) => {
      setOffer({ text, options, advice });
      if (!isCurrent) setActive(-1); // it was an option of another text
    };
    const later = setTimeout(() => {
      if (!isSearchable(text)) return show([], searchAdvice(t, text));
      search(text.trim(), controller.signal).then(
        (options) => show(options, searchAdvice(t, text)),
        (error: unknown) => {
          if (!controller.signal.aborted) show([], failureTexts(t, asFailure(error).code));
        },
      );
    }, WAIT);
    return () => {
      clearTimeout(later);
      controller.abort();
    };
  }, [text, open]);

  useEffect(() => {
    const [best] = options ?? [];
    if (hurried.current && best) pick(best);
    hurried.current = false;
  }, [offer]);

  useEffect(() => {
    if (!shortcut) return;
    const focus = (event: KeyboardEvent) => {
      const typing = (event.target as Element).closest('input, textarea, select');
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener('keydown', focus);
    return () => document.removeEventListener('keydown', focus);
  }, []);

  const shown = open && options !== null && text.trim() !== '';
  const close = () => {
    setOpen(false);
    setActive(-1);
  };
  const pick = (option: Offered) => {
    setText(given);
    close();
    onPick(option);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const chosen = options?.[active] ?? (onSubmit || !isCurrent ? undefined : options?.[0]);
    if (shown && chosen) return pick(chosen);
    if (!text.trim()) return;
    if (onSubmit) {
      close();
      onSubmit(text.trim());
    } else {
      hurried.current = open && !isCurrent;
    }
  };
  const move = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
    if (!options?.length || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
    event.preventDefault();
    setOpen(true);
    const step = event.key === 'ArrowDown' ? 1 : -1;
    const next = active < 0 && step < 0 ? options.length - 1 : (active + step + options.length) % options.length;
    setActive(next);
    document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' });
  };

  return (
    <form class="combobox" role="search" aria-label={label} onSubmit={submit}>
      <input
        ref={field}
        type="search"
        role="combobox"
        list={undefined}
        aria-label={label}
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
        placeholder={placeholder}
        maxLength={100}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => {
          hurried.current = false; // at once: effects run after the next frame, and Enter may come before
          setText(event.currentTarget.value);
          setActive(-1);
          setOpen(true);
        }}
        onKeyDown={move}
        onFocus={() => setOpen(true)}
        onBlur={close}
      />
      <div class="offered" hidden={!shown}>
        <ul id={`${id}-list`} role="listbox" aria-label={label}>
          {options?.map((option, place) => (
            <li
              key={option.key}
              id={`${id}-${place}`}
              role="option"
              aria-selected={place === active}
              onMouseDown={(event) => {
                event.preventDefault();
                pick(option);
              }}
            >
              <span>{option.label}</span>
              <span class="option-note">{option.note}</span>
            </li>
          ))}
        </ul>
        {options?.length === 0 && (
          <div class="empty">
            {advice.map((line) => (
              <p key={line}>{line}</p>
            ))}
          </div>
        )}
      </div>
      <span class="unseen" role="status">
        {!shown ? '' : options.length ? t.matches(options.length) : advice.join(' ')}
      </span>
    </form>
  );
}
