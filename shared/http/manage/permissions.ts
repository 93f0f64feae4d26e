import type { HttpRequest } from '@azure/functions'
import type { Permission } from '../../broker/permission.ts'
import type { Rows } from '../../broker/rows.ts'
import { readJson } from '../json-body.ts'
import { deleteNamed, getNamed, listNamed, putNamed, type Named } from './conditional.ts'
import type { ManagementDesk } from './managed.ts'
import { permissionOf, permissionSchema, permissionView } from './permission-body.ts'

export type PermissionDesk = ManagementDesk & { permissions: Rows<Permission> }

/** `GET /manage/permissions` */
export const listPermissions = (desk: PermissionDesk, request: HttpRequest) =>
  listNamed(desk, namedOf(desk), request)

/** `GET /manage/permissions/{name}` */
export const getPermission = (desk: PermissionDesk, request: HttpRequest) =>
  getNamed(desk, namedOf(desk), request)

/** `PUT /manage/permissions/{name}` */
export const putPermission = (desk: PermissionDesk, request: HttpRequest) =>
  putNamed(
    desk,
    {
      named: namedOf(desk),
      parse: async (name) => permissionOf(name, await readJson(request, permissionSchema)),
    },
    request,
  )

/** `DELETE /manage/permissions/{name}` */
export const deletePermission = (desk: PermissionDesk, request: HttpRequest) =>
  deleteNamed(desk, namedOf(desk), request)

const namedOf = ({ permissions }: PermissionDesk): Named<Permission> => ({
  kind: 'permission',
  rows: permissions,
  view: permissionView,
})
