import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'check-infra-'))
const calls = join(folder, 'calls')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs check:infra with a compiler that writes down what it is asked, and says that. */
const checkInfra = (compiler?: string) => {
  rmSync(calls, { force: true })
  rmSync(join(folder, 'bicep'), { force: true })
  if (compiler !== undefined) {
    writeFileSync(join(folder, 'bicep'), `#!/bin/sh\necho "$@" >> ${calls}\n${compiler}\n`)
    chmodSync(join(folder, 'bicep'), 0o755)
  }
  const env = { PATH: `${folder}:/usr/bin:/bin` }
  const ran = spawnSync(process.execPath, ['infra/check/main.ts'], {
    cwd: root,
    env,
    encoding: 'utf8',
  })
  const asked = existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []
  return { code: ran.status, out: ran.stdout, asked }
}

// What the compiler answers where every template is as it would write it.
const formatting = '[ "$1" != format ] || cat "$2"'

it('without the Bicep CLI it says in one line what was checked', () => {
  expect(checkInfra().out).toMatch(
    /^\d+ templates checked: .* there is no Bicep CLI on the PATH\./m,
  )
})

it('with it every template is built, linted and held to its format', () => {
  const { code, out, asked } = checkInfra(formatting)
  expect(asked).toContain('build infra/main.bicep --stdout')
  expect(asked).toContain('lint infra/modules/vault.bicep')
  expect(asked).toContain('format infra/modules/vault.bicep --stdout')
  expect(out).toContain('and by the Bicep CLI')
  expect(code).toBe(0)
})

it('a warning of the compiler fails, though it ends well', () => {
  const warning =
    'main.bicep(1,7) : Warning no-unused-params: Parameter "x" is declared but never used.'
  const { code, out } = checkInfra(`${formatting}; [ "$1" != lint ] || echo '${warning}' >&2`)
  expect(out).toContain(warning)
  expect(code).toBe(1)
})

it('a template in another format fails', () => {
  const { code, out } = checkInfra('[ "$1" != format ] || tr -s " " < "$2"')
  expect(out).toContain('infra/main.bicep: not as bicep format writes it')
  expect(code).toBe(1)
})
