import type { Asked } from './manage-as.ts'
import { audiences } from './management.ts'

// Fixed, so that tests keep their names.
const nobody = '0000aaaa-0000-4000-8000-00000000f00d'
const id = () => '0'.repeat(32)

/** Every route that only looks, with a request that is well formed. */
export const readingRoutes = (): Asked[] => [
  { path: '/manage/invitations' },
  { path: `/manage/invitations/${id()}` },
  { path: '/manage/permissions' },
  { path: '/manage/permissions/nothing' },
  { path: '/manage/lockdowns' },
  { path: '/manage/lockdowns/nothing' },
  { path: '/manage/partners' },
  { path: `/manage/partners/${nobody}` },
  { path: '/manage/audit' },
  { path: '/manage/report' },
  { path: '/manage/events/failed' },
  {
    method: 'POST',
    path: '/manage/explain',
    body: {
      caller: { tenant: nobody, clientId: nobody },
      partner: nobody,
      audience: audiences.graph,
    },
  },
]

/** Every route that changes something, with a request that is well formed. */
export const changingRoutes = (): Asked[] => [
  {
    method: 'POST',
    path: '/manage/invitations',
    body: { partner: nobody, audiences: [audiences.graph] },
  },
  { method: 'DELETE', path: `/manage/invitations/${id()}` },
  {
    method: 'PUT',
    path: '/manage/permissions/e2e-roles',
    body: {
      caller: { tenant: nobody, clientId: nobody },
      partners: [nobody],
      audiences: [audiences.graph],
      purposes: ['billing'],
    },
  },
  { method: 'DELETE', path: '/manage/permissions/e2e-roles' },
  {
    method: 'PUT',
    path: '/manage/lockdowns/e2e-roles',
    body: { scope: 'partner', id: nobody, reason: 'x' },
  },
  { method: 'DELETE', path: '/manage/lockdowns/e2e-roles' },
  {
    method: 'POST',
    path: `/manage/partners/${nobody}/revoke`,
    body: { reason: 'x' },
  },
  { method: 'POST', path: `/manage/partners/${nobody}/reinvite`, body: {} },
  { method: 'POST', path: `/manage/partners/${nobody}/rotate` },
  { method: 'POST', path: '/manage/rotation' },
  { method: 'POST', path: `/manage/events/failed/${id()}/replay` },
]

/** A route as a test is named. */
export const routeName = ({ method = 'GET', path }: Asked): string => `${method} ${path}`
