import type { HttpRequest } from '@azure/functions'
import * as z from 'zod'
import { BrokerError } from '../broker/broker-error.ts'
import { readText } from './form.ts'

const maxJsonBytes = 64 * 1024

/** Reads a JSON body by its schema; throws `request_malformed` that names the field. */
export const readJson = async <T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T> =>
  valid(parseJson(await readText(request, maxJsonBytes)), schema)

/** The same where all members are optional: no body stands for an empty object. */
export const readOptionalJson = async <T>(
  request: HttpRequest,
  schema: z.ZodType<T>,
): Promise<T> => {
  const text = await readText(request, maxJsonBytes)
  return valid(text === '' ? {} : parseJson(text), schema)
}

const valid = <T>(value: unknown, schema: z.ZodType<T>): T => {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = fieldOf(issue)
  throw new BrokerError(
    'request_malformed',
    `${field || 'the body'}: ${issue?.message ?? 'is wrong'}`,
    {
      reason: 'body',
      ...(field !== '' && { field }),
    },
  )
}

// An unknown member is the field at fault, not the object that holds it.
const fieldOf = (issue: z.core.$ZodIssue | undefined): string => {
  const path = issue?.path.map(String) ?? []
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  return [...path, ...unknown].join('.')
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new BrokerError('request_malformed', 'the body must be JSON', { reason: 'body' })
  }
}
