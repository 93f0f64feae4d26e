import { fileURLToPath } from 'node:url'
import { bicepProblems, hasBicep } from './bicep-cli.ts'
import { openReader, readTexts } from './bicep/templates.ts'
import { checkTemplates } from './check.ts'
import { findingText } from './finding.ts'
import { product } from './product.ts'
import { readSchemas } from './schema/read-schemas.ts'

// `npm run check:infra`: everything that can be known of the templates on this machine.

const root = fileURLToPath(new URL('../../', import.meta.url))
const print = (line: string): void => void process.stdout.write(`${line}\n`)

const texts = readTexts(root)
const findings = checkTemplates(texts, {
  read: await openReader(),
  schemas: readSchemas(),
  product,
})
const compiler = hasBicep()
const problems = compiler ? bicepProblems(root, [...texts.keys()]) : []
for (const line of [...findings.map(findingText), ...problems]) print(line)

const count = [...texts.keys()].filter((path) => path.endsWith('.bicep')).length
const how = compiler
  ? 'syntax, schemas and rules, and by the Bicep CLI'
  : 'syntax, schemas and rules only: there is no Bicep CLI on the PATH'
const wrong = findings.length + problems.length
print(`${count} templates checked: ${how}. ${wrong === 0 ? 'All well.' : `${wrong} wrong.`}`)
if (wrong > 0) process.exitCode = 1
