import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { callerToken, callerWithRole } from './stack/caller-token.ts'
import { readFacts, type StackFacts } from './stack/stack-facts.ts'
import { trustAuthority } from './stack/trust.ts'

// Asks the broker for a token as a marketplace service would: two plain form posts.

const audiences = {
  'partner-center': 'https://api.partnercenter.microsoft.com',
  graph: 'https://graph.microsoft.com',
  arm: 'https://management.azure.com',
}

const usage =
  'usage: npm run -s token -- [partner-center|graph|arm] [--partner <tenant>] [--customer <tenant>] [--purpose <name>] [--state <folder>]'

const readArguments = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      state: { type: 'string', default: '.local' },
      partner: { type: 'string' },
      customer: { type: 'string' },
      purpose: { type: 'string' },
    },
  })
  const [name = 'partner-center', ...more] = positionals
  const audience = Object.entries(audiences).find(([known]) => known === name)?.[1]
  if (!audience || more.length > 0) throw new Error(usage)
  return { ...values, audience }
}

type Asked = ReturnType<typeof readArguments>

const fetchToken = async (facts: StackFacts, asked: Asked): Promise<Response> => {
  const assertion = await callerToken(facts, callerWithRole(facts, 'Token.Issue'))
  const partner = asked.partner ?? facts.partners[0]?.tenant
  const authority = [partner, asked.customer, asked.purpose].filter((one) => one).join('.')
  return fetch(`${facts.broker}/${authority}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: `${asked.audience}/.default`,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  })
}

try {
  const asked = readArguments()
  const facts = readFacts(asked.state)
  trustAuthority(readFileSync(facts.ca, 'utf8'))
  const answer = await fetchToken(facts, asked)
  const body: unknown = await answer.json()
  console.log(JSON.stringify(body, undefined, 2))
  process.exitCode = answer.ok ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
