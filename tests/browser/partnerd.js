// A partnerd with demo data, a browser, and what clients of an authority do: for the tests here.
// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process'
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'

// Starts the program that PARTNERD names; `stop` ends it and removes its data. `logged` is what it wrote to stderr.
export async function startPartnerd(...flags) {
  const data = await mkdtemp(join(tmpdir(), 'partnerd-browser-'))
  const program = spawn(process.env.PARTNERD, ['serve', '--demo', '--data', data, '--listen', '127.0.0.1:0',
    '--admin', '127.0.0.1:0', '--log-format', 'json', ...flags], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(program, 'exit')
  let logged = ''
  const url = await new Promise((resolve, reject) => {
    createInterface(program.stderr).on('line', line => {
      logged += line + '\n'
      if (line.includes('"event":"serving"')) resolve(JSON.parse(line).url)
    })
    ended.then(() => reject(new Error(logged)))
  })
  return {
    url,
    world: JSON.parse(await readFile(join(data, 'demo.json'), 'utf8')),
    logged: () => logged,
    async stop() {
      program.kill('SIGTERM')
      await ended
      await rm(data, { recursive: true })
    }
  }
}

export function startBrowser() {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
}

// Listens where a program on the user's machine waits for the browser to come back: `came` is with what (RFC 8252, 7.3).
// With `onward` it sends the browser on there, as applications do. A test that fails before it stops this does not keep the
// others from ending.
export async function startCallback(onward) {
  let arrive
  const came = new Promise(resolve => { arrive = resolve })
  const server = createServer((request, response) => {
    if (onward) response.writeHead(302, { Location: onward }).end()
    else response.setHeader('Content-Type', 'text/plain').end('signed in')
    const url = new URL(request.url, 'http://localhost')
    if (url.pathname === '/') arrive(url.searchParams)
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  server.unref()
  return { uri: `http://localhost:${server.address().port}`, came, stop: () => server.close() }
}

export const base64url = bytes => Buffer.from(bytes).toString('base64url')

// RFC 7636.
export function makePkce() {
  const verifier = base64url(randomBytes(32))
  return { verifier, challenge: base64url(createHash('sha256').update(verifier).digest()) }
}

// The six digits of this moment (RFC 6238) for a secret in base32.
export function totp(secret, now = Date.now()) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret].map(letter => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(now / 30000)))
  const mac = createHmac('sha1', key).update(step).digest()
  const number = mac.readUInt32BE(mac[19] & 0xf) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

// The claims of a token, not verified.
export const claimsOf = token => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'))
