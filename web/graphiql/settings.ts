// Settings of the page, from `explorer.json` in the same folder: endpoint, dataset and example questions.

export interface Example {
  title: string;
  /** Heading of the list of examples. */
  group: string;
  query: string;
  variables: string | null;
  headers: string | null;
}

export interface Settings {
  endpoint: string;
  dataset: { version: string; demo: boolean };
  tabs: Example[];
}

/** The settings, or an `Error` whose message a reader can act on. */
export async function loadSettings(): Promise<Settings> {
  const response = await fetch(new URL('explorer.json', document.baseURI));
  if (!response.ok) throw new Error(`the server answered ${response.status} for explorer.json`);
  const settings = (await response.json()) as Settings;
  if (!settings.endpoint || !settings.dataset || !Array.isArray(settings.tabs)) {
    throw new Error('explorer.json lacks endpoint, dataset or tabs');
  }
  return settings;
}
