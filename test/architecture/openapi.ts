import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import * as yaml from 'yaml'
import * as z from 'zod'

const media = z.looseObject({
  schema: z.record(z.string(), z.unknown()),
  examples: z.record(z.string(), z.object({ value: z.unknown() })).optional(),
})
const reference = z.object({ $ref: z.string() })
const response = z.looseObject({ content: z.record(z.string(), media).optional() })
const operation = z.looseObject({
  operationId: z.string(),
  requestBody: z.looseObject({ content: z.record(z.string(), media) }).optional(),
  responses: z.record(z.string(), z.union([reference, response])),
})
const methods = ['get', 'put', 'post', 'delete'] as const
const path = z.looseObject(
  Object.fromEntries(methods.map((method) => [method, operation.optional()])),
)
const documentSchema = z.looseObject({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), path),
  components: z.looseObject({ responses: z.record(z.string(), response) }),
})

type Media = z.output<typeof media>
type Operation = z.output<typeof operation>

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

/** The document of the broker's routes, read and with its schemas compiled. */
export const readOpenapi = (file: URL) => {
  const text = readFileSync(file, 'utf8')
  const document = documentSchema.parse(yaml.parse(text, { merge: false }))
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  ajv.addFormat('uuid', uuid)
  ajv.addFormat('date-time', dateTime)
  ajv.addFormat('uri', (value) => URL.canParse(value))
  ajv.addSchema(document, 'openapi')
  const operations = Object.entries(document.paths).flatMap(([template, item]) =>
    methods.flatMap((method) => {
      const one = operation.safeParse(item[method])
      return one.success ? [{ method: method.toUpperCase(), template, operation: one.data }] : []
    }),
  )
  const compiled = (schema: Record<string, unknown>): ValidateFunction =>
    ajv.compile(absolute(schema))
  const contentOf = (of: Operation, status: number): Record<string, Media> | undefined => {
    const found = of.responses[String(status)] ?? of.responses['default']
    if (!found) return undefined
    const { $ref } = reference.partial().parse(found)
    const whole = $ref ? document.components.responses[$ref.split('/').at(-1) ?? ''] : found
    return response.parse(whole).content ?? {}
  }
  return { operations, compiled, contentOf }
}

// References of the document, seen from a schema that is compiled on its own.
const absolute = (schema: unknown): Record<string, unknown> =>
  JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"openapi#/'))
