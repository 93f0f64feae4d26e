import type { HttpRequest } from '@azure/functions'
import { readForm } from '../form.ts'

const maxLength = 200

/** Reads a form of ours; a field that is missing, repeated or too long is as good as empty. */
export const readFields = async (request: HttpRequest): Promise<(name: string) => string> => {
  const form = await readForm(request).catch(() => new URLSearchParams())
  return (name) => {
    const [value = '', ...others] = form.getAll(name)
    return others.length === 0 && value.length <= maxLength ? value.trim() : ''
  }
}
