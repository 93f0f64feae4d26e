import type { HttpRequest } from '@azure/functions'
import { BrokerError } from '../../broker/broker-error.ts'
import type { Permission } from '../../broker/permission.ts'
import type { Rows, Stored, Written } from '../../broker/rows.ts'
import { withHeaders, type Answer } from '../correlation.ts'
import { readJson } from '../json-body.ts'
import { problem } from '../problem.ts'
import { admitted, json, noContent, type Desk, type Visit } from './desk.ts'
import { listAnswer, pageOf } from './paging.ts'
import { permissionOf, permissionSchema, permissionView } from './permission-body.ts'

export type PermissionDesk = Desk & { permissions: Rows<Permission>; brokerUrl: string }

const manage = ['Broker.Manage'] as const
const read = ['Broker.Manage', 'Broker.Read'] as const

/** `PUT /manage/permissions/{name}`: creates or replaces; `If-Match` and `If-None-Match: *` hold. */
export const putPermission = (desk: PermissionDesk, request: HttpRequest) =>
  admitted(desk, request, {
    roles: manage,
    run: async (visit) => {
      const permission = permissionOf(nameOf(request), await readJson(request, permissionSchema))
      const before = await desk.permissions.read(permission.name)
      if (!isExpected(request, before)) return preconditionFailed(visit)
      const written = await write(desk, permission, before)
      if (written === 'changed') return preconditionFailed(visit)
      const stored = { value: permission, etag: written.etag }
      return withEtag(json(visit, before ? 200 : 201, permissionView(permission)), stored)
    },
  })

/** `GET /manage/permissions/{name}` */
export const getPermission = (desk: PermissionDesk, request: HttpRequest) =>
  admitted(desk, request, {
    roles: read,
    run: async (visit) => {
      const stored = await desk.permissions.read(nameOf(request))
      return stored
        ? withEtag(json(visit, 200, permissionView(stored.value)), stored)
        : notFound(visit)
    },
  })

/** `GET /manage/permissions` */
export const listPermissions = (desk: PermissionDesk, request: HttpRequest) =>
  admitted(desk, request, {
    roles: read,
    run: async (visit) => {
      const page = await desk.permissions.list(pageOf(request))
      const { brokerUrl } = desk
      return json(visit, 200, listAnswer(request, { brokerUrl, page }, viewOf))
    },
  })

/** `DELETE /manage/permissions/{name}` */
export const deletePermission = (desk: PermissionDesk, request: HttpRequest) =>
  admitted(desk, request, {
    roles: manage,
    run: async (visit) => {
      const before = await desk.permissions.read(nameOf(request))
      if (!before) return notFound(visit)
      if (!isExpected(request, before)) return preconditionFailed(visit)
      const removed = await desk.permissions.remove(before.value.name, before.etag)
      return removed === 'changed' ? preconditionFailed(visit) : noContent(visit)
    },
  })

const viewOf = ({ value }: Stored<Permission>) => permissionView(value)

const write = (
  { permissions }: PermissionDesk,
  permission: Permission,
  before: Stored<Permission> | undefined,
): Promise<Written> =>
  before ? permissions.replace(permission, before.etag) : permissions.add(permission)

/** RFC 9110 section 13.1: whether the sender's idea of what is there holds. */
const isExpected = ({ headers }: HttpRequest, before: Stored<unknown> | undefined): boolean => {
  const match = headers.get('if-match')
  if (headers.get('if-none-match') === '*' && before) return false
  return match === null || (before !== undefined && (match === '*' || match === before.etag))
}

const withEtag = (answer: Answer, { etag }: Stored<unknown>): Answer =>
  withHeaders(answer, { etag })

const nameOf = (request: HttpRequest): string => {
  const name = request.params['name'] ?? ''
  if (/^[a-z0-9-]{1,60}$/.test(name)) return name
  throw new BrokerError('request_malformed', 'name must be 1 to 60 of [a-z0-9-]', { field: 'name' })
}

const notFound = ({ correlation }: Visit): Answer =>
  problem({ status: 404, code: 'not_found', detail: 'there is no such permission' }, correlation)

const preconditionFailed = ({ correlation }: Visit): Answer =>
  problem(
    {
      status: 412,
      code: 'precondition_failed',
      detail: 'the permission is not as If-Match or If-None-Match says; read it again',
    },
    correlation,
  )
