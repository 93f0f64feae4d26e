import type { EntraFailure, HomeAccount } from './redeem.ts'

/** The address of Entra at which one attempt signs in (authorization code with PKCE S256). */
export type SignInAddress = (request: {
  tenant: string
  /** Permissions of resources. None: Entra tells who it is, and gives no lasting access. */
  scopes: string[]
  state: string
  nonce: string
  codeVerifier: string
}) => Promise<string>

/** What the verified ID token says of the person, as seen in the tenant that was signed in to. */
export type Person = {
  tenant: string
  objectId: string
  name?: string
  /** Template ids of her directory roles; empty when the registration does not ask for them. */
  roles: string[]
}

export type SignedIn = {
  person: Person
  refreshToken?: string
  /** Her home account; another tenant than `person.tenant` means a guest. */
  account?: HomeAccount
}

/** `idToken` names the check that failed. */
export type SignInResult = { signedIn: SignedIn } | { failure: EntraFailure } | { idToken: string }

/** Redeems the code of one attempt and verifies the ID token that comes with it. */
export type FinishSignIn = (request: {
  tenant: string
  code: string
  codeVerifier: string
  nonce: string
  /** None, where the sign-in asked for none. */
  scopes: string[]
  correlationId: string
}) => Promise<SignInResult>
