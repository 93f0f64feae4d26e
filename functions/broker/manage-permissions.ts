import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import {
  deletePermission,
  getPermission,
  listPermissions,
  putPermission,
} from '../../shared/http/manage/permissions.ts'
import { shell } from '../../shared/apps/shell.ts'

const authLevel = 'anonymous'

app.http('manage-permissions-list', {
  methods: ['GET'],
  authLevel,
  route: 'manage/permissions',
  handler: shell((request) => listPermissions(broker().permissions, request)),
})

app.http('manage-permissions-get', {
  methods: ['GET'],
  authLevel,
  route: 'manage/permissions/{name}',
  handler: shell((request) => getPermission(broker().permissions, request)),
})

app.http('manage-permissions-put', {
  methods: ['PUT'],
  authLevel,
  route: 'manage/permissions/{name}',
  handler: shell((request) => putPermission(broker().permissions, request)),
})

app.http('manage-permissions-delete', {
  methods: ['DELETE'],
  authLevel,
  route: 'manage/permissions/{name}',
  handler: shell((request) => deletePermission(broker().permissions, request)),
})
