#!/usr/bin/env node
/*
 * Stands between playwright-core and Debian's firefox-esr, which is older than what playwright-core
 * expects, and makes up for the two things that it lacks. Both ends get all else as it was said.
 * Started by `launchFirefox()` in place of Firefox, with Firefox's own arguments; FIREFOX names the
 * real one.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { WebSocket, WebSocketServer } from 'ws'

/** Every new profile begins with it: emulates a colour scheme. No test asks for one in Firefox, so that "done" is true. */
const NOT_KNOWN = 'emulation.setMediaFeaturesOverride'
/** Events about a file that is saved: playwright-core wants to know which. */
const DOWNLOAD = /^browsingContext\.download(WillBegin|End)$/
/** A screenshot is one message. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024
const READY = /^WebDriver BiDi listening on (ws:\/\/\S+)$/

const firefox = spawn(process.env.FIREFOX ?? 'firefox-esr', process.argv.slice(2), {
  stdio: ['ignore', 'ignore', 'pipe'],
})
firefox.once('exit', (code) => process.exit(code ?? 1))
firefox.once('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
process.on('SIGTERM', () => firefox.kill('SIGTERM'))

createInterface(firefox.stderr).on('line', (line) => {
  const real = READY.exec(line)?.[1]
  if (real === undefined) {
    process.stderr.write(`${line}\n`)
    return
  }
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  server.on('connection', (client) => join(client, `${real}/session`))
  server.once('listening', () => {
    process.stderr.write(`WebDriver BiDi listening on ws://127.0.0.1:${server.address().port}\n`)
  })
})

function join(client, address) {
  const browser = new WebSocket(address, { maxPayload: MAX_MESSAGE_BYTES })
  const opened = new Promise((resolve) => browser.once('open', resolve))
  const asked = new Set()
  client.on('message', async (data) => {
    const text = data.toString()
    const { id, method } = JSON.parse(text)
    if (method === NOT_KNOWN) asked.add(id)
    await opened
    browser.send(text)
  })
  browser.on('message', (data) => client.send(complete(JSON.parse(data.toString()), asked)))
  client.once('close', () => browser.close())
  browser.once('close', () => client.close())
  browser.once('error', () => client.close())
}

/** A later Firefox that knows both is left as it is. */
function complete(message, asked) {
  if (asked.delete(message.id) && message.error === 'unknown command') {
    return JSON.stringify({ type: 'success', id: message.id, result: {} })
  }
  if (DOWNLOAD.test(message.method)) {
    // A file that a page has made is no navigation; its address names it as well.
    message.params.download ??= message.params.navigation ?? message.params.url
  }
  return JSON.stringify(message)
}
