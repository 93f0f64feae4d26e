import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import { shell } from '../../shared/apps/shell.ts'
import { rotatePartner, startRotation } from '../../shared/http/manage/rotation.ts'

const authLevel = 'anonymous'

app.http('manage-rotation', {
  methods: ['POST'],
  authLevel,
  route: 'manage/rotation',
  handler: shell((request) => startRotation(broker().rotating, request)),
})

app.http('manage-partners-rotate', {
  methods: ['POST'],
  authLevel,
  route: 'manage/partners/{partner}/rotate',
  handler: shell((request) => rotatePartner(broker().partners, request)),
})
