import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import * as z from 'zod'
import { reachable, type AnswerType } from './trim.ts'

// Run by hand when the templates use a type or property that infra/schemas does not hold yet:
//   npm install --prefix /some/temporary/folder @azure/mcp-linux-x64@2.0.5
//   node infra/check/schema/capture.ts /some/temporary/folder Microsoft.KeyVault/vaults ...
// It asks the types inside that package; nothing goes over the network.

const source = '@azure/mcp-linux-x64@2.0.5'
const schemas = new URL('../../schemas/', import.meta.url)

const property = z.object({ name: z.string(), type: z.string(), flags: z.string().optional() })
const object = z.object({
  $type: z.literal('Object'),
  name: z.string(),
  properties: z.array(property),
  additionalPropertiesType: z.string().nullish(),
})
const discriminated = z.object({
  $type: z.literal('DiscriminatedObject'),
  name: z.string(),
  baseProperties: z.array(property),
  elements: z.array(object),
  discriminator: z.string(),
})
const resource = z.object({
  $type: z.literal('Resource'),
  name: z.string(),
  writableScopes: z.string(),
  bodyType: z.union([object, discriminated]),
})
const other = z.object({ $type: z.string(), name: z.string() })
const answer = z.object({
  results: z.object({
    BicepSchemaResult: z.array(z.union([resource, discriminated, object, other])),
  }),
})

const captured = (azmcp: string, type: string): void => {
  const text = execFileSync(azmcp, ['bicepschema', 'get', '--resource-type', type], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, AZURE_MCP_COLLECT_TELEMETRY: 'false' },
  })
  const answers = answer.parse(JSON.parse(text)).results.BicepSchemaResult
  const types = answers.filter((one): one is AnswerType => 'properties' in one || 'elements' in one)
  const found = answers.find(
    (one) => 'bodyType' in one && one.name.toLowerCase().startsWith(`${type.toLowerCase()}@`),
  )
  if (!found || !('bodyType' in found)) throw new Error(`${type} is not known`)
  const [name = '', apiVersion = ''] = found.name.split('@')
  const schema = {
    source,
    type: name,
    apiVersion,
    scopes: found.writableScopes,
    ...reachable(found.bodyType, types),
  }
  const file = new URL(`${name.replaceAll('/', '.')}.json`, schemas)
  writeFileSync(file, `${JSON.stringify(schema, undefined, 2)}\n`)
  console.log(file.pathname, JSON.stringify(schema).length)
}

const [folder = '', ...types] = process.argv.slice(2)
for (const type of types) {
  captured(`${folder}/node_modules/@azure/mcp-linux-x64/dist/azmcp`, type)
}
