// An OpenID provider for tests: oidc-provider with keys of its own for RS256 and ES256, on a free loopback port, which it
// prints as JSON. POST /roll gives it new keys, which sign from then on; the old ones stay published. POST /user-token?…
// makes an access token of a user, as the provider would after a sign-in.
// Arguments: client id, client secret, tenant id, audience.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [clientId, clientSecret, tenantId, audience] = process.argv.slice(2);
const userId = randomUUID();

const newKey = (algorithm) => {
  const { privateKey } =
    algorithm === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: algorithm };
};

// The algorithm is asked for by the resource: urn:partnerd:RS256 or urn:partnerd:ES256.
const resourceServer = (resource) => ({
  audience,
  scope: 'user_impersonation',
  accessTokenFormat: 'jwt',
  accessTokenTTL: 3600,
  jwt: { sign: { alg: resource.slice(-5) } },
});

let keys = [];
let provider;
const roll = (issuer) => {
  keys = [newKey('RS256'), newKey('ES256'), ...keys];
  provider = new Provider(issuer, {
    jwks: { keys },
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: { enabled: true, getResourceServerInfo: (_, resource) => resourceServer(resource) },
    },
    extraTokenClaims: (_, token) => ({
      tid: tenantId,
      azp: clientId,
      ...(token.kind === 'AccessToken' && {
        preferred_username: 'ann@partner.example',
        realm_access: { roles: ['partner-admins'] },
        acr: 'gold',
      }),
    }),
  });
};

const userToken = async (resource) => {
  const client = await provider.Client.find(clientId);
  const token = new provider.AccessToken({ accountId: userId, client, scope: 'user_impersonation' });
  token.resourceServer = new provider.ResourceServer(resource, resourceServer(resource));
  return token.save();
};

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/roll') {
    roll(`http://127.0.0.1:${server.address().port}`);
    return response.writeHead(200, { 'Content-Length': 0 }).end();
  }
  if (url.pathname === '/user-token') {
    const token = await userToken(url.searchParams.get('resource'));
    return response.writeHead(200, { 'Content-Length': token.length }).end(token);
  }
  return provider.callback()(request, response);
});
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  roll(url);
  console.log(JSON.stringify({ url, userId }));
});
