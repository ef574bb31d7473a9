/*
 * The signalling service in a process of its own, with the limits of one socket and one address wide
 * open: thousands of clients of a benchmark come from one address. Says its port on standard output.
 */
import { startTestServer } from '../helpers/server.ts'

const WIDE = { perSecond: 1e9, burst: 1e9 }

const { port } = await startTestServer({
  relay: false,
  limits: {
    frames: WIDE,
    arrivals: WIDE,
    newSockets: WIDE,
    framesOfAddress: WIDE,
    socketsPerAddress: 1e6,
    waitingPerAddress: 1e6,
    firstFrameMs: 600_000,
    heartbeatMs: 600_000,
  },
})
process.stdout.write(`${port}\n`)
