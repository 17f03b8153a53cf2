import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Served from the root of the service; hashed names under /assets may be cached for ever. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // the service's policy lets no page load what is written into it
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // for work on the dashboard beside a running service: npx vite engine/service/dashboard
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
