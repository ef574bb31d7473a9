import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findProgram } from '../helpers/installed-program.ts'

export const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url))
/** The name in all examples. */
export const NAME = 'chat.example.com'

export const readExample = (file: string): Promise<string> => readFile(join(DEPLOY, file), 'utf8')

/** The example with what this run has in place of what stands there; each must stand there. */
export function withReplaced(text: string, places: readonly (readonly [string, string])[]): string {
  return places.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`the example has no ${from}`)
    return changed.replaceAll(from, to)
  }, text)
}

/** A folder of this test alone, with a certificate for the example's name. */
export class ExampleFolder {
  readonly path: string
  readonly #programs: { readonly child: ChildProcess; readonly ended: Promise<unknown> }[] = []
  /** What its programs have said. */
  output = ''

  private constructor(path: string) {
    this.path = path
  }

  static async make(): Promise<ExampleFolder> {
    const folder = new ExampleFolder(await mkdtemp(join(tmpdir(), 'hamsa-deploy-')))
    const [key, certificate] = [folder.file('key.pem'), folder.file('certificate.pem')]
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-days', '2', '-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`],
      ...['-keyout', key, '-out', certificate],
    ])
    const both = (await readFile(certificate, 'utf8')) + (await readFile(key, 'utf8'))
    await writeFile(folder.file('both.pem'), both)
    return folder
  }

  file(name: string): string {
    return join(this.path, name)
  }

  write(name: string, text: string): Promise<void> {
    return writeFile(this.file(name), text)
  }

  certificate(): Promise<string> {
    return readFile(this.file('certificate.pem'), 'utf8')
  }

  /** Resolves when the program takes connections on the port; rejects with what it said when it ends before. */
  async run(program: string, args: readonly string[], port: number): Promise<void> {
    const env = { PATH: process.env.PATH, HOME: this.path, XDG_DATA_HOME: this.path }
    const child = spawn(program, args, { cwd: this.path, env })
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => (this.output += data.toString()))
    }
    const ended = once(child, 'close')
    this.#programs.push({ child, ended })
    const failed = ended.then(() => {
      throw new Error(`${program} has ended: ${this.output}`)
    })
    failed.catch(() => undefined) // ends at the end of the test, too
    await Promise.race([accepts(port), failed])
  }

  /** Everything that lies in the folder and was said, as one text. */
  async traces(): Promise<string> {
    const files = await readdir(this.path, { recursive: true, withFileTypes: true })
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), 'latin1'))
    return [this.output, ...(await Promise.all(texts))].join('\n')
  }

  async remove(): Promise<void> {
    for (const { child, ended } of this.#programs) {
      child.kill('SIGTERM')
      await ended
    }
    await rm(this.path, { recursive: true })
  }
}

/** Whether all of these are installed; `openssl` makes the certificate. */
export function areInstalled(...programs: readonly string[]): boolean {
  return [...programs, 'openssl'].every((program) => findProgram(program) !== null)
}

/** Resolves when something takes connections there. */
async function accepts(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (isOpen) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}
