export type Constraint = (value: string) => boolean

const between = (value: bigint, low: bigint, high: bigint) => value >= low && value <= high
const integer = (value: string) => (/^[+-]?\d+$/.test(value) ? BigInt(value) : undefined)
const within = (low: bigint, high: bigint) => (value: string) => {
  const number = integer(value)
  return number !== undefined && between(number, low, high)
}
const int32 = within(-(2n ** 31n), 2n ** 31n - 1n)
const [minLong, maxLong] = [-(2n ** 63n), 2n ** 63n - 1n]
const isFraction = (value: string) => /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value)
const isFloating = (value: string) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)
const hex = '[0-9a-f]'
const dashed = `${hex}{8}-${hex}{4}-${hex}{4}-${hex}{4}-${hex}{12}`
const guid = new RegExp(`^(${dashed}|\\{${dashed}\\}|\\(${dashed}\\)|${hex}{32})$`, 'i')

type Make = (args: string[], whole: string) => Constraint

/** ASP.NET Core's inline constraints, by name; `int` is 32 bits wide. */
const constraints: Record<string, Make> = {
  int: () => int32,
  long: () => within(minLong, maxLong),
  bool: () => (value) => /^(true|false)$/i.test(value),
  guid: () => (value) => guid.test(value),
  datetime: () => (value) => !Number.isNaN(Date.parse(value)),
  decimal: () => isFraction,
  double: () => isFloating,
  float: () => isFloating,
  alpha: () => (value) => /^[a-z]*$/i.test(value),
  required: () => (value) => value !== '',
  minlength: ([least = '0']) => lengthBetween(Number(least), Infinity),
  maxlength: ([most = '0']) => lengthBetween(0, Number(most)),
  length: ([first = '0', last = first]) => lengthBetween(Number(first), Number(last)),
  min: ([least = '0']) => within(BigInt(least), maxLong),
  max: ([most = '0']) => within(minLong, BigInt(most)),
  range: ([least = '0', most = '0']) => within(BigInt(least), BigInt(most)),
  regex: (_args, whole) => matches(new RegExp(whole, 'i')),
}

const lengthBetween =
  (least: number, most: number): Constraint =>
  (value) =>
    value.length >= least && value.length <= most

const matches =
  (pattern: RegExp): Constraint =>
  (value) =>
    pattern.test(value)

/** The constraint that a route template names, such as `int` or `range(1,9)`. Throws when unknown. */
export const constraintNamed = (name: string, args: string): Constraint => {
  const make = constraints[name.toLowerCase()]
  if (!make) throw new Error(`The constraint reference '${name}' could not be resolved to a type.`)
  return make(
    args.split(',').map((one) => one.trim()),
    args,
  )
}
