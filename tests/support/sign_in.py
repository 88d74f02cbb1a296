#!/usr/bin/env python3
"""sign_in.py DEMO_FILE PARTNER_DOMAIN: signs the partner's first user in, as a browser would, with password and
second factor, and prints the refresh token that the partner's public application gets (authorization code, PKCE)."""
# SPDX-License-Identifier: MIT
import base64
import hashlib
import hmac
import html
import http.cookiejar
import json
import re
import secrets
import struct
import sys
import time
import urllib.parse
import urllib.request

REDIRECT = 'http://localhost:8400'


class Stop(urllib.request.HTTPRedirectHandler):
    """Follows redirects but the one to the application, where nobody listens."""

    def redirect_request(self, request, answer, code, message, headers, url):
        if url.startswith('http://localhost'):
            return None
        return super().redirect_request(request, answer, code, message, headers, url)


def digits_of(secret):
    """The six digits of this moment (RFC 6238)."""
    mac = hmac.digest(base64.b32decode(secret), struct.pack('>Q', int(time.time()) // 30), 'sha1')
    at = mac[19] & 15
    return f'{(struct.unpack(">I", mac[at:at + 4])[0] & 0x7fffffff) % 1_000_000:06}'


def open_page(browser, url, fields=None):
    """The page's text, and where the browser is sent when that is the application."""
    body = urllib.parse.urlencode(fields).encode() if fields else None
    try:
        with browser.open(url, body) as answer:
            return answer.read().decode(), None
    except urllib.error.HTTPError as answer:
        if answer.code not in (302, 303):
            sys.exit(f'{url}: {answer.code}')
        return '', answer.headers['Location']


def main(demo_file, domain):
    with open(demo_file, encoding='utf-8') as file:
        world = json.load(file)
    partner = next(each for each in world['partners'] if each['domain'] == domain)
    user = partner['users'][0]
    client = next(each['clientId'] for each in partner['applications'] if not each.get('clientSecret'))
    endpoint = f'{world["authority"]}/{partner["tenantId"]}/oauth2/v2.0/'
    audience = 'https://partner.partnercenterapi.microsoftonline.cn' if partner['cloud'] == 'china' else world['audience']
    verifier = secrets.token_urlsafe(32)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b'=').decode()

    browser = urllib.request.build_opener(Stop, urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page, came = open_page(browser, endpoint + 'authorize?' + urllib.parse.urlencode({
        'client_id': client, 'response_type': 'code', 'redirect_uri': REDIRECT, 'state': 'a state',
        'scope': f'{audience}/user_impersonation offline_access',
        'code_challenge': challenge, 'code_challenge_method': 'S256'}))
    for fields in ({'user': user['userPrincipalName'], 'password': user['password']},
                   {'digits': digits_of(user['totpSecret'])}):
        action, sealed = re.search(r'<form method="post" action="([^"]*)"><input type="hidden" name="request" '
                                   r'value="([^"]*)">', page).groups()
        target = urllib.parse.urljoin(endpoint, html.unescape(action))
        page, came = open_page(browser, target, {'request': html.unescape(sealed), **fields})
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(came).query)['code'][0]

    answer = urllib.request.urlopen(endpoint + 'token', urllib.parse.urlencode({
        'client_id': client, 'grant_type': 'authorization_code', 'code': code, 'redirect_uri': REDIRECT,
        'code_verifier': verifier}).encode())
    print(json.load(answer)['refresh_token'])


main(*sys.argv[1:])
