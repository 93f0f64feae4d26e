// Preloaded by the npm scripts (`node -r`), so it must run on any Node: no import, no new syntax.
'use strict'
const parts = process.versions.node.split('.').map(Number)
// 22.19: runs TypeScript files as they are, and takes certificate authorities at run time.
if (parts[0] < 22 || (parts[0] === 22 && parts[1] < 19)) {
  console.error(
    'Node 22.19 or later is needed, and this is Node ' +
      process.versions.node +
      ': install Node 24, or run `npm ci`, which puts Node 24 into node_modules for the npm scripts.',
  )
  process.exit(1)
}
