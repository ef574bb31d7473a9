/**
 * Gives the page a turn: input, painting, timers, what came over the network. By a message to
 * itself, which browsers do not slow down in a hidden tab as they do timers; after
 * `scheduler.yield` everything but input and painting would wait until all slices are done.
 */
export async function pausePage(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  await new Promise((resolve) => {
    port1.onmessage = resolve
    port2.postMessage(null)
  })
  port1.close()
}
