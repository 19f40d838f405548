import { defineConfig, type Plugin } from 'vite';

export default defineConfig({
  // Relative addresses: the page keeps working behind a path prefix.
  base: './',
  plugins: [searchDescriptions()],
  build: {
    target: 'es2022',
    // Every browser the target admits preloads modules by itself.
    modulePreload: { polyfill: false },
    // The editor is one chunk of some megabytes, loaded after the first paint: known, and nothing to warn about.
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
    // Names, versions and licences of all bundled packages, next to index.html.
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: ['index.html', 'explore.html'],
      // GraphiQL names its icons for screen readers after their functions.
      output: { keepNames: true },
      // "use client" is for rendering on a server, which nothing here does.
      onLog: (level, log, report) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
  // Module workers are plain files of our origin: `worker-src 'self'` is enough, no blob.
  worker: { format: 'es' },
});

/**
 * Puts graphiql/doc-search.tsx into GraphiQL's search of the documentation, which has no setting for it. A GraphiQL whose
 * search is written in another way fails the build here.
 */
function searchDescriptions(): Plugin {
  const search = /@graphiql[/\\]plugin-doc-explorer[/\\]dist[/\\]components[/\\]search\.js$/;
  const changes = [
    ['= useSearchResults();', '= useDescriptions(useSearchResults(), explorerNavStack.at(-1).def);'],
    ['jsx(Field, { field: result.field, argument: result.argument })', 'jsx(Result, { of: Field, result })'],
    [
      'jsx(Field, { field: result_1.field, argument: result_1.argument })',
      'jsx(Result, { of: Field, result: result_1 })',
    ],
  ] as const;
  let changed = false;
  return {
    name: 'search-descriptions',
    apply: 'build',
    transform: {
      filter: { id: search },
      handler(code) {
        for (const [old, replacement] of changes) {
          const places = code.split(old);
          if (places.length !== 2) this.error(`\`${old}\` stands ${places.length - 1} times in search.js, not once`);
          code = places.join(replacement);
        }
        changed = true;
        return { code: `import { Result, useDescriptions } from '/graphiql/doc-search.tsx';\n${code}`, map: null };
      },
    },
    buildEnd(error) {
      if (!error && !changed) this.error(`no module is ${search}: the documentation is not searched whole`);
    },
  };
}
