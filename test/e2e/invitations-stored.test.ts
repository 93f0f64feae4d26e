import { createHash } from 'node:crypto'
import { expect, inject, it } from 'vitest'
import { consent, postCallback, signIn, startSignIn } from './support/consent-flow.ts'
import { expectConsented } from './support/consent-checks.ts'
import { invite } from './support/management.ts'
import { ownPartner } from './support/own-partner.ts'
import { grantRow, rowsWhere } from './support/stored-rows.ts'

const stack = inject('stack')

const linkOf = (url: string): string => url.split('/').at(-1) ?? ''
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

it('keeps of a link only its hash', async () => {
  const { id, url } = await invite(stack, await ownPartner(stack))
  const rows = await rowsWhere(stack, 'invitations', ['id', id])
  expect(rows).toEqual([expect.objectContaining({ linkHash: sha256(linkOf(url)), status: 'open' })])
  expect(JSON.stringify(rows)).not.toContain(linkOf(url))
})

it('keeps of state and cookie only hashes, and of a finished attempt neither verifier nor nonce', async () => {
  const partner = await ownPartner(stack)
  const { id, url } = await invite(stack, partner)
  const started = await startSignIn(url)
  const attempts = () => rowsWhere(stack, 'attempts', ['invitation', id])
  const [open] = await attempts()
  const cookie = started.cookie.split('=')[1] ?? ''
  const state = started.location.searchParams.get('state') ?? ''
  expect(open).toMatchObject({ stateHash: sha256(state), browserHash: sha256(cookie) })
  const { codeVerifier, nonce } = { ...open }
  expect(codeVerifier).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(nonce).toBe(started.location.searchParams.get('nonce'))

  const posted = await signIn(started, partner.ada)
  expectConsented(await postCallback(posted, started))
  const [done] = await attempts()
  expect(done).toMatchObject({ status: 'done', codeVerifier: '', nonce: '' })
  const text = JSON.stringify([
    done,
    await rowsWhere(stack, 'invitations', ['id', id]),
    await grantRow(stack, partner.tenant),
  ])
  const secrets = { linkOf: linkOf(url), state, cookie, codeVerifier, nonce, ...posted.fields }
  for (const secret of Object.values(secrets)) expect(text).not.toContain(String(secret))
})

it('keeps of a refused attempt neither verifier nor nonce', async () => {
  const partner = await ownPartner(stack)
  const { id, url } = await invite(stack, partner)
  const { status } = await consent(url, 'cancel')
  expect(status).toBe(400)
  const attempts = await rowsWhere(stack, 'attempts', ['invitation', id])
  expect(attempts).toEqual([
    expect.objectContaining({ status: 'done', codeVerifier: '', nonce: '' }),
  ])
})
