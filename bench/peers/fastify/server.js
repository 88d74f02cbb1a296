// The main job of partnerd (a customer's billing profile, from partnerd's own database) as one would write it
// with Fastify, fast-jwt and SQLite: verify the token, keep partners apart, echo the ids. It writes no log.
//   node server.js DATA PORT    DATA is partnerd's directory, with its database and its signing key
// SPDX-License-Identifier: MIT
import { createPublicKey, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { createVerifier } from 'fast-jwt';
import fastify from 'fastify';

const [data, port] = process.argv.slice(2);
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const bytesOf = (id) => Buffer.from(id.replaceAll('-', ''), 'hex');
const echo = (id) => (guid.test(id) ? id : randomUUID());

const privateKey = readFileSync(join(data, 'authority', 'signing-key.pem'));
const verify = createVerifier({
  key: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }),
  algorithms: ['RS256'],
  allowedAud: 'https://api.partnercenter.microsoft.com',
  requiredClaims: ['exp', 'iss', 'tid'],
  cache: 10_000,
});
const database = new DatabaseSync(join(data, 'partnerd.db'), { readOnly: true });
const find = database.prepare(
  "SELECT document FROM profiles WHERE partner_id = ? AND customer_id = ? AND kind = 'billing'",
);
const serverId = String(randomInt(1_000_000_000)).padStart(9, '0');

const app = fastify();
app.get('/v1/customers/:id/profiles/billing', (request, reply) => {
  const { authorization = '', 'ms-requestid': requestId, 'ms-correlationid': correlationId } = request.headers;
  reply.headers({
    'MS-CorrelationId': echo(correlationId),
    'MS-RequestId': echo(requestId),
    'MS-CV': `${randomBytes(12).toString('base64')}.0`,
    'MS-ServerId': serverId,
  });
  let caller;
  try {
    caller = verify(authorization.slice('Bearer '.length));
  } catch {
    return reply.code(401).send();
  }
  if (caller.iss !== `https://sts.windows.net/${caller.tid}/`) return reply.code(401).send();
  if (!guid.test(request.params.id)) return reply.code(400).send();
  const row = find.get(bytesOf(caller.tid), bytesOf(request.params.id));
  if (!row) return reply.code(404).send();
  reply.type('application/json; charset=utf-8').send(row.document);
});
await app.listen({ host: '127.0.0.1', port: Number(port) });
