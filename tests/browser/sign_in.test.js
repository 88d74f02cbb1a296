// A person signs in to a program, which reads a billing profile for them: the whole way, as README and
// docs/operations.md tell it. Calls partnerd.js.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { claimsOf, makePkce, startBrowser, startCallback, startPartnerd, totp } from './partnerd.js'

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

const userNamed = name => partner.users.find(each => each.userPrincipalName.startsWith(name))

function authorizeUrl(callback, pkce, more = {}) {
  const query = new URLSearchParams({
    client_id: client,
    response_type: 'code',
    redirect_uri: callback.uri,
    scope: `${audience}/user_impersonation openid profile offline_access`,
    state: 'a state',
    nonce: 'a nonce',
    code_challenge: pkce.challenge,
    code_challenge_method: 'S256',
    ...more
  })
  return `${partnerd.url}/${partner.tenantId}/oauth2/v2.0/authorize?${query}`
}

async function askForToken(parameters) {
  const answer = await fetch(`${partnerd.url}/${partner.tenantId}/oauth2/v2.0/token`,
    { method: 'POST', body: new URLSearchParams({ client_id: client, ...parameters }) })
  return { status: answer.status, body: await answer.json() }
}

async function readProfile(token) {
  const url = `${partnerd.url}/v1/customers/${partner.customers[0]}/profiles/billing`
  const answer = await fetch(url, { headers: { Authorization: `Bearer ${token}` } })
  return { status: answer.status, body: await answer.json() }
}

async function enterPassword(page, user, password = user.password) {
  await page.getByLabel('User name').fill(user.userPrincipalName)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function enterCode(page, digits) {
  await page.getByLabel('Six digits').fill(digits)
  await page.getByRole('button', { name: 'Verify' }).click()
}

for (const javaScriptEnabled of [true, false]) {
  test(`signs in with password and code ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
    const user = userNamed(javaScriptEnabled ? 'ops' : 'billing')
    const [callback, context, pkce] = [await startCallback(), await browser.newContext({ javaScriptEnabled }), makePkce()]
    const page = await context.newPage()
    const complaints = []
    page.on('console', message => complaints.push(message.text()))

    await page.goto(authorizeUrl(callback, pkce))
    await enterPassword(page, user)
    await enterCode(page, totp(user.totpSecret))
    const came = await callback.came

    assert.equal(came.get('state'), 'a state')
    assert.equal(came.get('error'), null)
    assert.deepEqual(complaints, [])
    const redeemed = await askForToken({
      grant_type: 'authorization_code', code: came.get('code'), redirect_uri: callback.uri, code_verifier: pkce.verifier
    })
    assert.equal(redeemed.status, 200, JSON.stringify(redeemed.body))
    const claims = claimsOf(redeemed.body.access_token)
    assert.equal(claims.upn, user.userPrincipalName)
    assert.deepEqual(claims.amr, ['pwd', 'mfa'])
    assert.equal(claimsOf(redeemed.body.id_token).nonce, 'a nonce')
    assert.equal(claimsOf(redeemed.body.id_token).aud, client)

    const profile = await readProfile(redeemed.body.access_token)
    assert.equal(profile.status, 200)
    assert.equal(profile.body.attributes.objectType, 'CustomerBillingProfile')
    assert.equal((await readProfile(redeemed.body.id_token)).status, 401)

    const refresh = refresh_token => askForToken({ grant_type: 'refresh_token', refresh_token })
    const second = await refresh(redeemed.body.refresh_token)
    assert.equal(second.status, 200, JSON.stringify(second.body))
    assert.equal((await readProfile(second.body.access_token)).status, 200)
    const replayed = await refresh(redeemed.body.refresh_token)
    assert.deepEqual([replayed.status, replayed.body.error], [400, 'invalid_grant'])
    const punished = await refresh(second.body.refresh_token)
    assert.deepEqual([punished.status, punished.body.error], [400, 'invalid_grant'])

    for (const secret of [user.password, came.get('code'), redeemed.body.refresh_token, redeemed.body.access_token,
      user.userPrincipalName]) {
      assert.ok(!partnerd.logged().includes(secret), 'a secret was logged')
    }
    await context.close()
    callback.stop()
  })
}

for (const mode of ['query', 'form_post']) {
  test(`lets an application send the person on to another origin (${mode})`, async () => {
    const user = userNamed('helpdesk')
    const home = await startCallback()
    const [callback, context] = [await startCallback(home.uri), await browser.newContext()]
    const page = await context.newPage()

    await page.goto(authorizeUrl(callback, makePkce(), { response_mode: mode }))
    await enterPassword(page, user)

    await callback.came
    await page.waitForURL(`${home.uri}/`)
    await context.close()
    callback.stop()
    home.stop()
  })
}

test('lets a person without a second factor sign in, whose token the API refuses', async () => {
  const user = userNamed('helpdesk')
  const [callback, context, pkce] = [await startCallback(), await browser.newContext(), makePkce()]
  const page = await context.newPage()

  await page.goto(authorizeUrl(callback, pkce))
  await enterPassword(page, user)
  const code = (await callback.came).get('code')

  const redeemed = await askForToken({
    grant_type: 'authorization_code', code, redirect_uri: callback.uri, code_verifier: pkce.verifier
  })
  assert.deepEqual(claimsOf(redeemed.body.access_token).amr, ['pwd'])
  const refused = await readProfile(redeemed.body.access_token)
  assert.deepEqual([refused.status, refused.body.code], [401, 900421])
  await context.close()
  callback.stop()
})

// Waits for the page on which the field was refused: what describes the field there.
async function refused(field) {
  const again = field.and(field.page().locator('[aria-invalid="true"]'))
  await again.waitFor()
  return again.getAttribute('aria-describedby')
}

test('tells what went wrong at its field, and by keyboard alone all can be reached', async () => {
  const user = userNamed('sales')
  const [callback, context, pkce] = [await startCallback(), await browser.newContext(), makePkce()]
  const page = await context.newPage()

  await page.goto(authorizeUrl(callback, pkce))
  assert.ok(await page.getByLabel('User name').evaluate(field => field === document.activeElement))
  await page.keyboard.type(user.userPrincipalName)
  await page.keyboard.press('Tab')
  await page.keyboard.type('not the password')
  await page.keyboard.press('Enter')
  const described = await refused(page.getByLabel('Password'))
  assert.match(await page.locator(`#${described.split(' ')[0]}`).innerText(), /password/i)

  await enterPassword(page, user)
  await enterCode(page, '000000')
  await refused(page.getByLabel('Six digits'))
  await enterCode(page, totp(user.totpSecret))
  assert.ok((await callback.came).get('code'))
  await context.close()
  callback.stop()
})

test('shows an error page instead of sending people where nobody registered', async () => {
  const page = await browser.newPage()

  const answer = await page.goto(authorizeUrl({ uri: 'https://attacker.example/' }, makePkce()))

  assert.equal(answer.status(), 400)
  assert.ok(page.url().startsWith(partnerd.url))
  await page.close()
})
