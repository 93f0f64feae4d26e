import type { BicepFile } from '../bicep/bicep-file.ts'
import { within, type Expression } from '../bicep/expression.ts'
import { mainPath } from '../bicep/templates.ts'
import { expressionsOf } from '../language/symbols.ts'
import { breach, type Rule } from './context.ts'
import { declaredIn } from './resources.ts'

const wrong = breach('secret')

const revealing = /^(?:list(?:[A-Z]\w*)?|getSecret)$/
/** Members of Azure's answers that are keys. */
export const secretMember =
  /^(?:ConnectionString|InstrumentationKey|primaryKey|secondaryKey|primarySharedKey|secondarySharedKey|customerId\w*Key)$/i
const secretName = /(?:secret|password|sharedKey|accessKey|connectionString|sasToken)$/i

// A function of the file's own is called without anything before it.
const isRevealing = (part: Expression, { functions }: BicepFile): boolean =>
  part.kind === 'call' &&
  revealing.test(part.name) &&
  !functions.some(({ name }) => name === part.name && part.text.startsWith(`${name}(`))

const reveals = (expression: Expression, file: BicepFile): boolean => {
  const { parameters } = file
  const secure = new Set(parameters.filter(({ isSecure }) => isSecure).map(({ name }) => name))
  return within(expression).some(
    (part) =>
      isRevealing(part, file) ||
      (part.kind === 'call' && part.name === 'reference') ||
      (part.kind === 'member' && secretMember.test(part.name)) ||
      (part.kind === 'name' && secure.has(part.name)),
  )
}

/** No output asks for a secret, or has the name of one. */
export const revealingOutputs: Rule = ({ templates }) =>
  [...templates.files.values()].flatMap((file) =>
    file.outputs
      .filter(({ name, value }) => secretName.test(name) || reveals(value, file))
      .map(({ name, at }) => wrong(at, `the output ${name} would tell a secret`)),
  )

/** The address of a webhook may be its receiver's secret: kept out of the deployment's history. */
export const mayBeSecret: ReadonlySet<string> = new Set(['eventWebhooks'])

/** No parameter brings a secret: it would be in the deployment's history, or in a file of parameters. */
export const secretParameters: Rule = ({ templates }) =>
  [...templates.files.values()].flatMap(({ path, parameters }) =>
    parameters
      .filter(
        ({ name, isSecure }) =>
          secretName.test(name) || (isSecure && path === mainPath && !mayBeSecret.has(name)),
      )
      .map(({ name, at }) => wrong(at, `the parameter ${name} would bring a secret`)),
  )

/** No template asks Azure for a key, and none writes a secret into a vault. */
export const secretWrites: Rule = ({ templates }) => [
  ...[...templates.files.values()].flatMap((file) =>
    expressionsOf(file)
      .flatMap(within)
      .filter((part) => isRevealing(part, file))
      .map(({ at, text }) => wrong(at, `${text} asks Azure for a secret`)),
  ),
  ...declaredIn(templates)
    .filter(({ type }) => /^Microsoft\.KeyVault\/vaults\/(?:secrets|accessPolicies)$/.test(type))
    .map(({ at, type }) => wrong(at, `${type} is not for a template to write`)),
  ...declaredIn(templates)
    .filter(({ type }) => /^Microsoft\.Resources\/deploymentScripts$/.test(type))
    .map(({ at }) => wrong(at, 'a script in a template could read or destroy anything')),
]

// Keys of storage and of signed addresses, an application's secret as Entra makes them, private keys.
const secretShapes =
  /AccountKey=|SharedAccess(?:Key|Signature)=|[?&]sig=\w|[\w.~-]{3}\dQ~[\w.~-]{31,}|BEGIN [A-Z ]*PRIVATE KEY/

/** Nothing in the templates or the file of parameters has the shape of a secret. */
export const secretTexts: Rule = ({ templates }) =>
  [...templates.texts]
    .filter(([path]) => path.startsWith('infra/'))
    .flatMap(([file, text]) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          secretShapes.test(line) ? [wrong({ file, line: index + 1 }, 'a secret stands here')] : [],
        ),
    )
