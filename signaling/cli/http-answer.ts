import { get as getPlain, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { get as getSecure } from 'node:https'

export type HttpAnswer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Cut at `MAX_CHARS`. */
  readonly text: string
}

export type HttpDeps = {
  readonly signal: AbortSignal
  readonly ca?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

const MAX_CHARS = 64 * 1024

/** One GET, over a connection of its own, without following elsewhere. Rejects with Node's error. */
export function httpAnswer(
  url: string,
  { signal, ca, headers = {} }: HttpDeps,
): Promise<HttpAnswer> {
  const options = { signal, agent: false, headers: { ...headers }, ...(ca !== undefined && { ca }) }
  return new Promise((resolve, reject) => {
    const take = (response: IncomingMessage): void => {
      let text = ''
      const end = (): void => {
        const { statusCode = 0, headers: got } = response
        resolve({ status: statusCode, headers: got, text })
      }
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part.slice(0, MAX_CHARS - text.length)
        if (text.length < MAX_CHARS) return
        end()
        response.destroy()
      })
      response.on('end', end)
      response.on('error', reject)
    }
    const request = url.startsWith('https:')
      ? getSecure(url, options, take)
      : getPlain(url, options, take)
    request.on('error', reject)
  })
}
