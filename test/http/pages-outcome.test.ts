import { describe, expect, it } from 'vitest'
import { catalogues } from '../../shared/http/pages/catalogue.ts'
import { textOf } from '../../shared/http/pages/html.ts'
import { outcomePage } from '../../shared/http/pages/outcome-page.ts'
import type { OutcomeView } from '../../shared/http/pages/outcome-view.ts'
import { consented, readableText, refusals, words } from './pages-fixtures.ts'

const read = (view: OutcomeView, language = words[0] ?? catalogues.en) =>
  readableText(textOf(outcomePage(view, language)))
const example = (kind: OutcomeView['kind']) => {
  const found = refusals.find((view) => view.kind === kind)
  if (!found) throw new Error(`no example of ${kind}`)
  return found
}

describe.each(refusals)('the refusal $kind', (view) => {
  it('says what happened, who must act, what to do, and the correlation id', () => {
    for (const language of words) {
      const wording = language.refusals[view.kind](view)
      const text = read(view, language)
      expect(text.startsWith(`${wording.title} `)).toBe(true)
      expect(text).toContain(`${language.labels.who}: ${wording.who}`)
      expect(wording.next.length).toBeGreaterThan(0)
      for (const step of wording.next) expect(text).toContain(step)
      expect(text).toContain(view.correlationId)
      expect(text).toContain(view.operatorContact)
    }
  })

  it('says that nothing was stored, unless that is still open', () => {
    const isOpen = view.kind === 'in_progress'
    expect(read(view).includes('Nothing was stored')).toBe(!isOpen)
    expect(read(view, catalogues.nl).includes('Er is niets opgeslagen')).toBe(!isOpen)
  })

  it('has words of its own in each language', () => {
    const titles = words.flatMap((language) =>
      refusals.map(({ kind }) => language.refusals[kind](view).title),
    )
    expect(new Set(titles).size).toBe(titles.length)
  })
})

describe('a refusal', () => {
  it('says that an earlier consent stays as it is, except where that is not so', () => {
    const silent = refusals
      .filter((view) => !read(view).includes('an earlier consent stays as it is'))
      .map(({ kind }) => kind)
    expect(silent).toEqual(['superseded', 'revoked'])
    expect(read(example('superseded'))).toContain('the other consent keeps working')
    expect(read(example('revoked'))).toContain('the withdrawal stays in force')
  })

  it('shows the expected tenant beside the one that was used', () => {
    expect(read(example('wrong_tenant'))).toContain(
      'Expected tenant 9b1f0c52-6d55-4b6e-9a3f-3a6c2e1b7f44 Tenant you used 11111111-2222-4333-8444-555555555555',
    )
  })

  it('shows whose token it was', () => {
    expect(read(example('account_mismatch'))).toContain(
      'Account that signed in aaaaaaaa-0000-4000-8000-000000000001 Account the token belongs to aaaaaaaa-0000-4000-8000-000000000002',
    )
  })

  it('names the audience that refused, and explains Microsoft’s code', () => {
    const text = read(example('audience_refused'))
    expect(text).toContain('Microsoft Graph refused the account')
    expect(text).toContain('Microsoft Graph ( https://graph.microsoft.com )')
    expect(text).toContain('About Microsoft’s code AADSTS65001: the application is not approved')
    expect(text).toContain('Microsoft’s code AADSTS65001')
  })

  it('shows a code it does not know without explaining it', () => {
    const text = read({
      ...example('audience_refused'),
      kind: 'signin_error',
      errorCode: 'AADSTS1',
    })
    expect(text).toContain('Microsoft’s code AADSTS1')
    expect(text).not.toContain('About Microsoft’s code')
  })

  it('says that unproven MFA is not the partner’s fault', () => {
    expect(read(example('mfa_unproven'))).toContain('This is not your fault.')
  })

  it('offers to try again only where it is told how', () => {
    expect(textOf(outcomePage(example('unavailable'), catalogues.en))).toContain(
      '<a class="button" href="/onboard/again">Try again</a>',
    )
    expect(read(example('mfa_missing'))).not.toContain('Try again')
  })

  it('falls back to general words when a detail is missing', () => {
    const { operatorName } = consented
    for (const language of words) {
      for (const { kind } of refusals) {
        expect(JSON.stringify(language.refusals[kind]({ operatorName }))).not.toContain('undefined')
      }
    }
  })
})

describe('a stored consent', () => {
  it('is a record: tenant, application, account, services, end, and how to renew and withdraw', () => {
    const text = read(consented)
    for (const fact of [
      'Your organisation Fabrikam Cloud Services',
      'Your tenant ID 9b1f0c52-6d55-4b6e-9a3f-3a6c2e1b7f44',
      'Application Northwind Connector',
      'Account svc-northwind@fabrikam.example',
      'Consented on 23 November 2026 at 20:00 UTC',
      'Ends at the latest on 23 November 2027 at 20:00 UTC',
      'Microsoft Partner Center',
      'Microsoft Graph',
      consented.renewUrl,
      'Enterprise applications > Northwind Connector > Properties > Delete',
    ]) {
      expect(text).toContain(fact)
    }
    expect(text).not.toContain('Nothing was stored')
  })

  it('leaves out what it was not told', () => {
    const bare = { ...consented, app: undefined, consentedBy: undefined, correlationId: undefined }
    const text = read(bare)
    expect(text).not.toContain('Application (client) ID')
    expect(text).toContain('Enterprise applications > the application > Properties')
    expect(text).not.toContain('Correlation ID')
  })
})
