import { findAudience, type Audience } from './audience.ts'

/** What a token is for: one audience, and what of it. */
export type AudienceScopes = {
  audience: Audience
  /** Full scope values, sorted. */ scopes: string[]
}

export type ScopeProblem = { problem: string }

// Every request is on record with its scopes, in one column of a row that others share a write with.
const maxScopeLength = 4096

const oidcScopes = new Set(['openid', 'profile', 'offline_access', 'email'])

/**
 * Reads a space-separated `scope` (RFC 6749 section 3.3) as Entra spells it: `{resource}/.default`,
 * or `{resource}/{permission}` of one resource. OpenID scopes, which SDKs add, are dropped.
 */
export const parseScope = (text: string): AudienceScopes | ScopeProblem => {
  if (text.length > maxScopeLength) {
    return { problem: `scope is longer than ${maxScopeLength} characters` }
  }
  const values = text.split(/\s+/).filter((value) => value !== '' && !oidcScopes.has(value))
  if (values.length === 0) return { problem: 'scope names no audience; send {audience}/.default' }
  const parts = values.map(splitScope)
  const resources = new Set(parts.map((part) => part.resource))
  if (resources.size > 1) {
    return { problem: 'scope names more than one audience; ask for one audience per token' }
  }
  return oneAudience(parts)
}

type Part = { resource: string; permission: string }

const oneAudience = (parts: Part[]): AudienceScopes | ScopeProblem => {
  const resource = parts[0]?.resource ?? ''
  if (resource === 'https://graph.windows.net') {
    return { problem: 'https://graph.windows.net is retired; ask for https://graph.microsoft.com' }
  }
  const audience = findAudience(resource)
  if (!audience) return { problem: 'scope names an audience that this broker does not issue for' }
  const permissions = [...new Set(parts.map((part) => part.permission))].toSorted()
  if (permissions.some((permission) => !/^[A-Za-z0-9._-]{1,120}$/.test(permission))) {
    return { problem: 'scope holds a permission that is not a permission name' }
  }
  if (permissions.includes('.default') && permissions.length > 1) {
    return { problem: 'scope mixes .default with single permissions; send one or the other' }
  }
  return { audience, scopes: permissions.map((permission) => `${audience.resource}/${permission}`) }
}

const splitScope = (value: string): Part => {
  const slash = value.lastIndexOf('/')
  return {
    resource: value.slice(0, slash).replace(/\/+$/, '').toLowerCase(),
    permission: value.slice(slash + 1),
  }
}
