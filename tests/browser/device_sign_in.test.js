// A person lets a program without a browser sign in, by the code that it shows (RFC 8628). Calls partnerd.js.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { claimsOf, startBrowser, startPartnerd, totp } from './partnerd.js'

const audience = 'https://api.partnercenter.microsoft.com'
let partnerd, browser, partner, client

before(async () => {
  [partnerd, browser] = await Promise.all([startPartnerd(), startBrowser()])
  partner = partnerd.world.partners[0]
  client = partner.applications.find(each => !each.clientSecret).clientId
})
after(async () => {
  await browser?.close()
  await partnerd?.stop()
})

async function post(path, parameters) {
  const answer = await fetch(`${partnerd.url}/${partner.tenantId}/oauth2/v2.0/${path}`,
    { method: 'POST', body: new URLSearchParams({ client_id: client, ...parameters }) })
  return answer.json()
}

const askForCodes = () => post('devicecode', { scope: `${audience}/user_impersonation openid offline_access` })
const poll = codes => post('token',
  { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: codes.device_code })

const hasFocus = field => field.evaluate(each => each === document.activeElement)

test('allows a device what it asks for, by keyboard alone', async () => {
  const user = partner.users.find(each => each.userPrincipalName.startsWith('ops'))
  const codes = await askForCodes()
  const context = await browser.newContext()
  const page = await context.newPage()
  const complaints = []
  page.on('console', message => complaints.push(message.text()))

  await page.goto(codes.verification_uri)
  const field = page.getByLabel('Code')
  assert.ok(await hasFocus(field))
  await page.keyboard.type('BCDF-GHJK')
  await page.keyboard.press('Enter')
  const again = field.and(page.locator('[aria-invalid="true"]'))
  await again.waitFor()
  assert.match(await page.locator(`#${await again.getAttribute('aria-describedby')}`).innerText(), /code is not right/i)
  assert.equal(await page.getByRole('alert').count(), 1)

  await field.fill(codes.user_code.toLowerCase())
  await page.keyboard.press('Enter')
  await page.getByLabel('User name').fill(user.userPrincipalName)
  await page.getByLabel('Password').fill(user.password)
  await page.keyboard.press('Enter')
  await page.getByLabel('Six digits').fill(totp(user.totpSecret))
  await page.keyboard.press('Enter')

  await page.getByRole('heading', { name: 'Allow access?' }).waitFor()
  const asked = await page.getByRole('main').innerText()
  for (const shown of [user.userPrincipalName, codes.user_code, audience]) assert.ok(asked.includes(shown), shown)
  assert.equal((await poll(codes)).error, 'authorization_pending')
  await page.keyboard.press('Tab')
  assert.ok(await hasFocus(page.getByRole('button', { name: 'Allow' })))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Signed in' }).waitFor()

  const got = await poll(codes)
  assert.equal(got.error, undefined, JSON.stringify(got))
  const claims = claimsOf(got.access_token)
  assert.equal(claims.upn, user.userPrincipalName)
  assert.deepEqual(claims.amr, ['pwd', 'mfa'])
  const profile = await fetch(`${partnerd.url}/v1/customers/${partner.customers[0]}/profiles/billing`,
    { headers: { Authorization: `Bearer ${got.access_token}` } })
  assert.equal(profile.status, 200)
  assert.equal((await poll(codes)).error, 'invalid_grant')
  assert.deepEqual(complaints, [])

  const second = await askForCodes()
  await page.goto(second.verification_uri_complete)
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Deny' }).click()
  await page.getByRole('heading', { name: 'Denied' }).waitFor()
  assert.equal((await poll(second)).error, 'authorization_declined')
  for (const secret of [user.password, codes.user_code, codes.device_code, got.access_token, user.userPrincipalName]) {
    assert.ok(!partnerd.logged().includes(secret), 'a secret was logged')
  }
  await context.close()
})

test('shows the page of a wide and of a narrow window alike, without a scroll bar to the side', async () => {
  const codes = await askForCodes()
  for (const width of [1280, 320]) {
    const context = await browser.newContext({ viewport: { width, height: 700 } })
    const page = await context.newPage()
    await page.goto(codes.verification_uri_complete)
    assert.equal(await page.getByLabel('Code').inputValue(), codes.user_code)
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth))
    await context.close()
  }
})
