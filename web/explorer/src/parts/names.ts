// Names compared as the server's search compares them.

/** Whether two names are one except for case, accents, punctuation and spaces. */
export function isSameName(one: string, other: string): boolean {
  return folded(one) === folded(other);
}

function folded(name: string): string {
  const letters = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
  return letters || name; // `?!` is a name too
}

/** The entries in question first, everything else in the order given. */
export function first<Entry>(entries: Entry[], wanted: (entry: Entry) => boolean): Entry[] {
  return [...entries.filter(wanted), ...entries.filter((entry) => !wanted(entry))];
}
