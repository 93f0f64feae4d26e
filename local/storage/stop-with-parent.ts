// Loaded into Azurite before its own code, so that it never outlives who started it: when the IPC
// channel closes it is told to stop, which saves its state, and is ended if it does not.
const graceMs = 900

process.once('disconnect', () => {
  setTimeout(() => process.exit(1), graceMs).unref()
  process.kill(process.pid, 'SIGTERM')
})
// Else the channel would keep a stopped Azurite alive.
process.channel?.unref()
