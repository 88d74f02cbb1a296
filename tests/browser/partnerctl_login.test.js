// A person signs partnerctl in, on another device, and does with it what applications alone may not. Calls partnerd.js.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { startBrowser, startPartnerd, totp } from './partnerd.js'

const program = join(dirname(process.env.PARTNERD), 'partnerctl')
let partnerd, browser, home, environment

before(async () => {
  [partnerd, browser] = await Promise.all([startPartnerd(), startBrowser()])
  home = await mkdtemp(join(tmpdir(), 'partnerctl-browser-'))
  environment = { PATH: process.env.PATH, HOME: home }
})
after(async () => {
  await browser?.close()
  await partnerd?.stop()
  if (home) await rm(home, { recursive: true })
})

const partnerctl = (...words) => new Promise(resolve => {
  execFile(program, words, { env: environment }, (error, output, said) => resolve({ status: error?.code ?? 0, output, said }))
})

test('signs partnerctl in by a code, in App+User', async () => {
  const partner = partnerd.world.partners[0]
  const user = partner.users.find(each => each.userPrincipalName.startsWith('ops'))
  const client = partner.applications.find(each => !each.clientSecret).clientId
  const login = spawn(program, ['login', '--url', partnerd.url, '--tenant', partner.tenantId, '--client-id', client],
    { env: environment, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise(resolve => login.on('exit', resolve))
  let said = ''
  const asked = await new Promise((resolve, reject) => {
    createInterface(login.stderr).on('line', line => {
      said += line + '\n'
      const address = line.match(/https?:\S+/)
      const code = line.match(/\b[A-Z]{4}-[A-Z]{4}\b/)
      if (address && code) resolve({ address: address[0], code: code[0] })
    })
    ended.then(() => reject(new Error(said)))
  })

  const page = await browser.newPage()
  await page.goto(asked.address)
  await page.getByLabel('Code').fill(asked.code)
  await page.keyboard.press('Enter')
  await page.getByLabel('User name').fill(user.userPrincipalName)
  await page.getByLabel('Password').fill(user.password)
  await page.keyboard.press('Enter')
  await page.getByLabel('Six digits').fill(totp(user.totpSecret))
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.getByRole('heading', { name: 'Signed in' }).waitFor()

  assert.equal(await ended, 0, said)
  assert.ok(said.includes(`as ${user.userPrincipalName}`), said)
  assert.equal(JSON.parse((await partnerctl('whoami')).output).user, user.userPrincipalName)
  const customer = partner.customers.at(-1)
  const company = await partnerctl('customers', 'company-profile', 'get', customer)
  assert.equal(company.status, 0, company.said)
  assert.equal((await partnerctl('profiles', 'support', 'get')).status, 0)
  const gone = await partnerctl('customers', 'remove-relationship', customer, '--yes')
  assert.equal(gone.status, 0, gone.said)
  assert.equal((await partnerctl('customers', 'get', customer)).status, 4)
})
