/** A property of a resource: `type` is `string`, `int`, `bool`, `any`, a choice `a | b` (with `| string`: an open one), the name of another type, or a list `x[]` of one. */
export type Property = { type: string; required?: true | undefined }

/** An object of a resource. */
export type ObjectType = {
  properties: Record<string, Property>
  /** The type of members under any other name. */
  others?: string | undefined
  /** The property that tells which of `kinds` applies. */
  by?: string | undefined
  kinds?: Record<string, Property>[] | undefined
}

/** One resource type, as a file of infra/schemas holds it. */
export type Schema = {
  /** The package it came from; or that it is kept by hand, and by which page. */
  source: string
  type: string
  apiVersion: string
  /** Where it may be deployed, comma-separated, such as `ResourceGroup`. */
  scopes: string
  body: ObjectType
  types: Record<string, ObjectType>
}
