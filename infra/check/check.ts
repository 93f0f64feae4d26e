import { readTemplates, type ReadText, type Texts } from './bicep/templates.ts'
import { deploy } from './deployment/deployment.ts'
import { defaults, leftOpen, leftOpenBut } from './deployment/given.ts'
import { distinct, type Finding } from './finding.ts'
import { moduleProblems } from './language/module-parameters.ts'
import { parentProblems } from './language/parents.ts'
import { placementProblems } from './language/placement.ts'
import { decoratorProblems } from './language/decorators.ts'
import { resourceMemberProblems } from './language/resource-members.ts'
import { symbolProblems } from './language/symbols.ts'
import { filedProblems, typeProblems } from './language/typed-values.ts'
import { addressLists, type Context, type Product } from './rules/context.ts'
import { rules } from './rules/rules.ts'
import { schemaProblems } from './schema/check-schema.ts'
import type { Schemas } from './schema/read-schemas.ts'

export type Known = { read: ReadText; schemas: Schemas; product: Product }

/** Everything wrong with the templates, syntax first: what cannot be read is not judged further. */
export const checkTemplates = (texts: Texts, { read, schemas, product }: Known): Finding[] => {
  const templates = readTemplates(read, texts)
  if (templates.problems.length > 0) return distinct(templates.problems)
  const context: Context = {
    templates,
    schemas,
    product,
    usual: deploy(templates, defaults),
    possible: deploy(templates, leftOpen),
    shut: deploy(templates, leftOpenBut(...addressLists)),
  }
  return distinct([
    ...[...templates.files.values()].flatMap((file) => [
      ...symbolProblems(file, templates),
      ...decoratorProblems(file),
      ...resourceMemberProblems(file),
      ...moduleProblems(file, templates),
      ...placementProblems(file, schemas),
      ...parentProblems(file),
    ]),
    ...[context.usual, context.possible].flatMap((deployment) => [
      ...deployment.instances.flatMap((instance) => schemaProblems(instance, schemas)),
      ...deployment.problems,
      ...typeProblems(deployment),
    ]),
    ...filedProblems(templates),
    ...rules.flatMap((rule) => rule(context)),
  ])
}
