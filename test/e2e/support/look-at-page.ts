import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readFacts } from '../../../local/stack/stack-facts.ts'
import { trustAuthority } from '../../../local/stack/trust.ts'

// Fetches the page that npm start tells a newcomer to open.

const state = process.argv[2] ?? '.local'
const facts = readFacts(state)
trustAuthority(readFileSync(facts.ca, 'utf8'))
const invited = readFileSync(join(state, 'first-invitation.json'), 'utf8')
const path = /\/onboard\/[\w-]+/.exec(invited)?.[0] ?? '/onboard/none'
for (const address of [`${facts.onboarding}/`, `${facts.onboarding}${path}`]) {
  const answer = await fetch(address)
  console.log(`${answer.status} ${new URL(address).pathname.split('/')[1] || 'home'}`)
  if (answer.status !== 200) process.exitCode = 1
}
