import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { onboarded } from './support/issuing.ts'
import { issuingCallers } from './support/issuing-callers.ts'

const run = promisify(execFile)
const stack = inject('stack')
const folder = mkdtempSync(join(tmpdir(), 'callers-'))
const partnerCenter = 'https://api.partnercenter.microsoft.com'

let env: NodeJS.ProcessEnv

beforeAll(async () => {
  const { tenant: partner } = await onboarded(stack)
  const { any: caller } = await issuingCallers(stack)
  const ca = join(folder, 'ca.pem')
  writeFileSync(ca, stack.caPem)
  env = {
    ...process.env,
    ENTRA_AUTHORITY: stack.entra,
    BROKER_URL: stack.broker,
    BROKER_AUDIENCE: stack.brokerAudience,
    PARTNER: partner,
    CALLER_TENANT: caller.tenant,
    CALLER_CLIENT_ID: caller.clientId,
    CALLER_CLIENT_SECRET: caller.clientSecret,
    NODE_EXTRA_CA_CERTS: ca,
    REQUESTS_CA_BUNDLE: ca,
    CURL_CA_BUNDLE: ca,
    SSL_CERT_FILE: ca,
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The one program of a recipe. */
const program = (recipe: string): string => {
  const text = readFileSync(new URL(`../../docs/callers/${recipe}.md`, import.meta.url), 'utf8')
  const [, code] = /```\w+\n([\s\S]*?)```/.exec(text) ?? []
  if (code === undefined) throw new Error(`${recipe}.md holds no program`)
  return code
}

const write = (name: string, text: string): string => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

const expectToken = (output: string) =>
  expect(decodeJwt(output.trim())).toMatchObject({ aud: partnerCenter, tid: env['PARTNER'] })

const isPresent = async (command: string, args: string[]): Promise<boolean> =>
  run(command, args, { timeout: 60_000, cwd: folder }).then(
    () => true,
    () => false,
  )

const goSdk = 'github.com/Azure/azure-sdk-for-go/sdk/azidentity@v1.15.0'
const hasPython = await isPresent('python3', ['-c', 'import azure.identity'])
const hasGo = await isPresent('go', ['mod', 'download', '-modcacherw', goSdk])

const where = (isHere: boolean, language: string, define: () => void): void => {
  if (isHere) define()
  else console.info(`${language} and its SDK are not on this machine: its recipe was not run`)
}

describe('the recipes of docs/callers', () => {
  test('Node: the program prints a Partner Center token of the partner', async () => {
    // Beside this test, so that it finds the packages.
    const file = join(import.meta.dirname, `recipe-${process.pid}.ts`)
    writeFileSync(file, program('node'))
    try {
      expectToken((await run(process.execPath, [file], { env })).stdout)
    } finally {
      rmSync(file)
    }
  })

  test('curl: the commands print a Partner Center token of the partner', async () => {
    expectToken((await run('sh', [write('recipe.sh', program('curl'))], { env })).stdout)
  })

  where(hasPython, 'Python', () => {
    test('Python: the program prints a Partner Center token of the partner', async () => {
      expectToken((await run('python3', [write('recipe.py', program('python'))], { env })).stdout)
    })
  })

  where(hasGo, 'Go', () => {
    test('Go: the program prints a Partner Center token of the partner', async () => {
      write('main.go', program('go'))
      write('go.mod', goModule)
      const options = { env: { ...env, SSL_CERT_FILE: undefined }, cwd: folder, timeout: 390_000 }
      await run('go', ['mod', 'tidy'], options)
      await run('go', ['build', '-o', 'recipe', '.'], options)
      expectToken((await run(join(folder, 'recipe'), [], { env })).stdout)
    }, 400_000)
  })
})

const goModule = `module recipe

go 1.23

require github.com/Azure/azure-sdk-for-go/sdk/azidentity v1.15.0
`
