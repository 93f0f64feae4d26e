import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAppBench, type Started } from './fixtures/functions-host/app.ts'

const bench = createAppBench()
afterAll(bench.clean)

const told = `(name) => (request) => ({ jsonBody: { name, params: request.params, url: request.url } })`

const source = `
const told = ${told}
const route = (name, route, methods) => app.http(name, { route, ...(methods && { methods }), handler: told(name) })
route('zLiteral', 'things/special', ['GET'])
route('aParam', 'things/{x}', ['GET'])
route('Bravo', 'order/{any}', ['GET'])
route('alpha', 'order/first', ['GET'])
route('readItem', 'items/{id}', ['GET'])
route('writeItem', 'items/{id}', ['PUT'])
route('headed', 'headed', ['GET', 'HEAD', 'OPTIONS'])
route('unnamedMethods', 'unnamed')
route('number', 'numbers/{id:int}', ['GET'])
route('ranged', 'ranged/{id:range(1,9)}', ['GET'])
route('guid', 'guids/{id:guid}', ['GET'])
route('short', 'short/{code:maxlength(3):alpha}', ['GET'])
route('pattern', 'pattern/{code:regex(^[a-z]{{2}}$)}', ['GET'])
route('defaulted', 'defaulted/{page=one}', ['GET'])
route('optional', 'optional/{page?}', ['GET'])
route('rest', 'rest/{*path}', ['GET'])
route('dotted', 'dotted/{a}.{b}', ['GET'])
route('wellKnown', '{authority}/v2.0/.well-known/openid-configuration', ['GET'])
route('root', '{ignored:maxlength(0)?}', ['GET'])
route('bare', undefined, ['GET'])
`

describe('the routes of a local Functions app', () => {
  let host: Started
  beforeAll(async () => {
    host = await bench.start({ source })
  })

  const asked = async (path: string, method = 'GET') => {
    const { status, body } = await host.send(path, { method })
    return status === 200 && body ? JSON.parse(body) : status
  }
  const named = async (path: string, method?: string) => {
    const answer = await asked(path, method)
    return answer.name ?? answer
  }

  it('go to the first function by name, so a literal does not win over a parameter', async () => {
    expect(await named('/things/special')).toBe('aParam')
  })

  it('are tried in the order of function names whatever their case', async () => {
    expect(await named('/order/first')).toBe('alpha')
    expect(await named('/order/second')).toBe('Bravo')
  })

  it('answer 404 without Allow to a method that no function lists', async () => {
    const answer = await host.send('/things/special', { method: 'DELETE' })
    expect(answer.status).toBe(404)
    expect(answer.headers.allow).toBeUndefined()
  })

  it('let two functions share a template when their methods differ', async () => {
    expect(await named('/items/7')).toBe('readItem')
    expect(await named('/items/7', 'PUT')).toBe('writeItem')
  })

  it('answer HEAD and OPTIONS only where they are listed', async () => {
    expect(await asked('/items/7', 'HEAD')).toBe(404)
    expect(await asked('/items/7', 'OPTIONS')).toBe(404)
    expect((await host.send('/headed', { method: 'HEAD' })).status).toBe(200)
    expect(await named('/headed', 'OPTIONS')).toBe('headed')
  })

  it('take GET and POST when a function lists no methods', async () => {
    expect(await named('/unnamed')).toBe('unnamedMethods')
    expect(await named('/unnamed', 'POST')).toBe('unnamedMethods')
    expect(await asked('/unnamed', 'PUT')).toBe(404)
  })

  it('ignore the case of the path and keep that of the values', async () => {
    expect((await asked('/THINGS/SoMe')).params).toEqual({ x: 'SoMe' })
  })

  it('allow one trailing slash and no doubled one', async () => {
    expect(await named('/things/a/')).toBe('aParam')
    expect(await asked('/things/a//')).toBe(404)
    expect(await asked('//things/a')).toBe(404)
    expect(await asked('/things//a')).toBe(404)
    expect(await asked('/rest/a//b')).toBe(404)
  })

  it('decode values, but keep an encoded slash as it came', async () => {
    expect((await asked('/things/a%20b%C3%A9')).params).toEqual({ x: 'a bé' })
    expect((await asked('/things/a%2Fb')).params).toEqual({ x: 'a%2Fb' })
    expect((await asked('/things/a%2fb')).params).toEqual({ x: 'a%2fb' })
    expect((await asked('/thing%73/a')).name).toBe('aParam')
  })

  it('resolve dot segments before they match', async () => {
    expect(await named('/elsewhere/../things/a')).toBe('aParam')
  })

  it('answer 404 where a constraint fails, and int has 32 bits', async () => {
    expect((await asked('/numbers/2147483647')).params).toEqual({ id: '2147483647' })
    expect(await asked('/numbers/2147483648')).toBe(404)
    expect(await asked('/numbers/x')).toBe(404)
    expect(await named('/ranged/9')).toBe('ranged')
    expect(await asked('/ranged/10')).toBe(404)
    expect(await named('/guids/6f9619ff-8b86-d011-b42d-00cf4fc964ff')).toBe('guid')
    expect(await asked('/guids/6f9619ff')).toBe(404)
    expect(await named('/short/abc')).toBe('short')
    expect(await asked('/short/abcd')).toBe(404)
    expect(await asked('/short/a1')).toBe(404)
    expect(await named('/pattern/ab')).toBe('pattern')
    expect(await asked('/pattern/abc')).toBe(404)
  })

  it('know defaults, optional parameters and catch-alls', async () => {
    expect((await asked('/defaulted')).params).toEqual({ page: 'one' })
    expect((await asked('/defaulted/two')).params).toEqual({ page: 'two' })
    expect((await asked('/optional')).params).toEqual({})
    expect((await asked('/optional/two')).params).toEqual({ page: 'two' })
    expect((await asked('/rest/a/b%20c')).params).toEqual({ path: 'a/b c' })
    expect((await asked('/rest')).params).toEqual({})
  })

  it('read several parameters of one segment from the right', async () => {
    expect((await asked('/dotted/x.y.z')).params).toEqual({ a: 'x.y', b: 'z' })
  })

  it('match literals with dots inside a path', async () => {
    const found = await asked('/one.two/v2.0/.well-known/openid-configuration')
    expect(found).toMatchObject({ name: 'wellKnown', params: { authority: 'one.two' } })
    expect(await asked('/one/v2x0/xwell-known/openid-configuration')).toBe(404)
  })

  it('reach the root through an optional parameter of no length', async () => {
    expect(await asked('/')).toMatchObject({ name: 'root', params: {} })
    expect(await asked('/something')).toBe(404)
  })

  it('use the name of a function that has no route', async () => {
    expect(await named('/bare')).toBe('bare')
  })

  it('are told at /_local/functions, in the order in which they are tried', async () => {
    const functions = await JSON.parse((await host.send('/_local/functions')).body)
    expect(functions).toContainEqual({
      name: 'readItem',
      type: 'httpTrigger',
      route: 'items/{id}',
      methods: ['GET'],
    })
    const names = functions.map(({ name }: { name: string }) => name)
    expect(names.slice(0, 4)).toEqual(['alpha', 'aParam', 'bare', 'Bravo'])
    expect(functions).toEqual(host.functions)
  })
})

describe('the prefix of the routes', () => {
  it('is api when host.json names none', async () => {
    const host = await bench.start({
      source: `app.http('hello', { methods: ['GET'], handler: () => ({ body: 'hello' }) })`,
      hostJson: { extensions: {} },
    })
    expect((await host.send('/api/hello')).body).toBe('hello')
    expect((await host.send('/hello')).status).toBe(404)
  })

  it('does not go with a leading slash in the route: the host refuses to start', async () => {
    const started = bench.start({
      source: `app.http('hello', { route: '/hello', handler: () => ({}) })`,
      hostJson: { extensions: {} },
    })
    await expect(started).rejects.toThrow(/consecutive separators/)
  })

  it('may be empty with a leading slash in the route', async () => {
    const host = await bench.start({
      source: `app.http('hello', { route: '/hello', handler: () => ({ body: 'hello' }) })`,
    })
    expect((await host.send('/hello')).body).toBe('hello')
  })

  it('leaves the root to the home page, unless that is disabled', async () => {
    const files = { source: `app.http('hello', { handler: () => ({}) })` }
    const [shown, hidden] = await Promise.all([
      bench.start(files),
      bench.start(files, { AzureWebJobsDisableHomepage: 'true' }),
    ])
    expect((await shown.send('/')).headers['content-type']).toBe('text/html')
    expect((await hidden.send('/')).status).toBe(204)
  })
})

describe('a registration that the host rejects', () => {
  it('is said in a line and left out, while the others go on', async () => {
    const host = await bench.start({
      source: `
        const at = (name, route, methods = ['GET']) => app.http(name, { route, methods, handler: () => ({ body: name }) })
        at('administers', 'administrators')
        at('runs', '/Runtime/x')
        at('first', 'same/{a}')
        at('second', '/SAME/{a}/', ['POST', 'GET'])
        at('third', 'same/{a}', ['POST'])
        at('0digit', 'digit')
        at('host', 'hosted')
        const extraOutputs = [functions.output.storageQueue({ queueName: 'q', connection: 'S' })]
        app.http('sends', { extraOutputs, handler: () => ({}) })
        app.serviceBusQueue('buses', { queueName: 'q', connection: 'S', handler: () => {} })
        at('fine', 'fine')`,
    })
    const builtIn = 'conflicts with one or more built in routes'
    await host.line(`The 'administers' function is in error: The specified route ${builtIn}`)
    await host.line(`The 'runs' function is in error: The specified route ${builtIn}`)
    await host.line(
      `The 'second' function is in error: The route specified conflicts with the route`,
    )
    await host.line(`'0digit' is not a valid function name`)
    await host.line(`'host' is not a valid function name`)
    await host.line('The local host does not run a binding of type queue.')
    await host.line('The local host does not run a trigger of type serviceBusTrigger.')
    expect((await host.send('/administrators')).status).toBe(404)
    expect((await host.send('/same/a')).body).toBe('first')
    expect((await host.send('/same/a', { method: 'POST' })).body).toBe('third')
    expect((await host.send('/fine')).body).toBe('fine')
    expect(host.functions.map(({ name }) => name)).toEqual(['fine', 'first', 'third'])
  })

  it('stops the whole host when a constraint is unknown', async () => {
    const started = bench.start({
      source: `app.http('hello', { route: 'hello/{id:uuid}', handler: () => ({}) })`,
    })
    await expect(started).rejects.toThrow(/constraint reference 'uuid' could not be resolved/)
  })
})
