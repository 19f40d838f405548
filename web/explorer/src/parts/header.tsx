// The top of every view: search, the views, language and colors.

import { useEffect, useRef } from 'preact/hooks';

import { go, href, usePlace } from '../router';
import { useShell, useText, type Language } from '../shell';
import { Combobox } from './combobox';
import { everything } from './finder';

export type Theme = 'auto' | 'light' | 'dark';

interface Props {
  language: Language;
  theme: Theme;
  onLanguage: (language: Language) => void;
  onTheme: (theme: Theme) => void;
}

export function Header({ language, theme, onLanguage, onTheme }: Props) {
  const t = useText();
  const shell = useShell();
  const { path, query } = usePlace();
  const views = [
    ['for-me', t.tasks.forMe[0], shell.has.games],
    ['best', t.tasks.best[0], shell.has.games],
    ['year', t.tasks.year[0], shell.has.games],
    ['verdict', t.tasks.verdict[0], shell.has.titles],
    ['platforms', t.tasks.platforms[0], shell.has.titles],
    ['models', t.tasks.models[0], true],
    ['data', t.tasks.data[0], true],
  ] as const;
  const menu = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the menu is wider than the screen.
    const current = menu.current?.querySelector<HTMLElement>('[aria-current]');
    if (current) menu.current!.scrollLeft = current.offsetLeft - (menu.current!.clientWidth - current.offsetWidth) / 2;
  }, [path[0], language]);
  const skip = (event: Event) => {
    event.preventDefault();
    document.querySelector('main')?.focus();
  };
  return (
    <>
      <a class="skip" href={`${location.pathname}${location.search}#main`} onClick={skip}>
        {t.skip}
      </a>
      <header class="top">
        {shell.dataset.demo && <p class="banner">{t.demo}</p>}
        <div class="top-line">
          <a class="brand" href={href([])}>
            <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
              <path d="M5 18 10 7l5 8 4-9" fill="none" stroke="currentColor" stroke-width="2" />
              <circle cx="5" cy="18" r="2.5" />
              <circle cx="10" cy="7" r="2.5" />
              <circle cx="15" cy="15" r="2.5" />
              <circle cx="19" cy="6" r="2.5" />
            </svg>
            playgraph
          </a>
          <Combobox
            shortcut
            label={t.search}
            placeholder={t.searchFor(shell.has)}
            search={everything(t, shell)}
            given={path[0] === 'search' ? (query.get('q') ?? '') : ''}
            onPick={(option) => go(href(option.path))}
            onSubmit={(text) => go(href(['search'], { q: text }))}
          />
          <div class="choices">
            <label>
              <span class="unseen">{t.language}</span>
              <select value={language} onChange={(event) => onLanguage(event.currentTarget.value as Language)}>
                <option value="en" lang="en">
                  English
                </option>
                <option value="es" lang="es">
                  Español
                </option>
              </select>
            </label>
            <label>
              <span class="unseen">{t.theme}</span>
              <select value={theme} onChange={(event) => onTheme(event.currentTarget.value as Theme)}>
                {(['auto', 'light', 'dark'] as const).map((name) => (
                  <option key={name} value={name}>
                    {t.themes[name]}
                  </option>
                ))}
              </select>
            </label>
          </div>
        </div>
        <nav aria-label={t.menu} ref={menu}>
          <ul>
            {views
              .filter(([, , present]) => present)
              .map(([name, title]) => (
                <li key={name}>
                  <a href={href([name])} aria-current={path[0] === name ? 'page' : undefined}>
                    {title}
                  </a>
                </li>
              ))}
          </ul>
        </nav>
      </header>
    </>
  );
}
