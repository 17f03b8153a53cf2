// `npm ci` ends with it: builds the dashboard where its tools are installed. Plain JavaScript: whatever Node npm runs on can start it.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const say = text => process.stdout.write(`${text}\n`)

function viteFolder() {
  try {
    return dirname(createRequire(import.meta.url).resolve('vite/package.json'))
  } catch {
    return undefined
  }
}

const vite = viteFolder()
if (vite === undefined) {
  say(
    'The dashboard is not built: its tools are left out of a production install. API and command line do not need it.',
  )
} else {
  // npm puts node_modules/.bin first on the path, and with it the package's own Node
  const built = spawnSync(
    'node',
    [join(vite, 'bin', 'vite.js'), 'build', import.meta.dirname ?? dirname(process.argv[1]), '--logLevel', 'warn'],
    {
      stdio: 'inherit',
    },
  )
  process.exitCode = built.status ?? 1
}
