import { tellReach } from './reach.ts'

// `npm run reach`, run by azd, maybe before `npm ci`: nothing of node_modules is imported.

const patienceMs = 15_000

const ask = (url: string): Promise<Response> =>
  fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(patienceMs) })

const { lines, canDeploy } = await tellReach(process.env, ask)
process.stdout.write(`${lines.join('\n')}\n`)
// Before a deployment azd is to stop here: its own error would not name the address.
if (process.argv[2] === 'predeploy' && !canDeploy) process.exitCode = 1
