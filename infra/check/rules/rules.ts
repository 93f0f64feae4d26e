import type { Rule } from './context.ts'

/** Every rule that the templates keep beyond what Bicep and Azure ask. */
export const rules: readonly Rule[] = []
