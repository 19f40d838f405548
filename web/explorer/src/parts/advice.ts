// What a search without results says.

import type { en } from '../text/en';

/** Whether a text has anything to search by. */
export function isSearchable(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** That nothing matches a text, and what to try. */
export function searchAdvice(t: typeof en, text: string): string[] {
  return [t.nothingFound, isSearchable(text) ? t.searchAdvice : t.searchLetters];
}

/** What happened instead of an answer, and what to do, by the code of the failure. */
export function failureTexts(t: typeof en, code: string): [string, string] {
  return t.failures[code as keyof typeof t.failures] ?? t.failures.UNKNOWN;
}
