import { defineConfig } from 'vite';

export default defineConfig({
  // Relative addresses: the page keeps working behind a path prefix.
  base: './',
  build: {
    target: 'es2022',
    // Every browser the target admits preloads modules by itself.
    modulePreload: { polyfill: false },
    // The editor is one chunk of some megabytes, loaded after the first paint: known, and nothing to warn about.
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
    rolldownOptions: {
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
