-- What wrk sends: GETs of billing profiles with the header fields of Microsoft's Java SDK, and as its last words
-- one line of JSON. Called by bench/wrk.py with: IDS TOKENS ORDER SEED
--   IDS, TOKENS   files of customer ids and of tokens, one a line
--   ORDER         "random" customers, or "forged": random, and each token's signature is made wrong anew
-- SPDX-License-Identifier: MIT
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local id_bytes = 36
local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

local function read(name)
  local file = assert(io.open(name))
  local text = file:read("*a")
  file:close()
  return text
end

-- Both halves of a request around the customer's id, for each token.
local function templates(tokens)
  local before = "GET /v1/customers/"
  local after = {
    "/profiles/billing HTTP/1.1",
    "Host: " .. wrk.headers["Host"],
    "Authorization: Bearer %s",
    "MS-CorrelationId: c2b7d915-6e0a-4f3d-8a44-51f0c7e9ab36",
    "MS-PartnerCenter-Client: Partner Center Java SDK",
    "Accept: application/json",
    "X-Locale: en-US",
    "MS-Contract-Version: v1",
    "MS-SdkVersion: 1.15.4",
    "MS-RequestId: 0d6a4b8e-1f2c-4c57-93aa-7e51b9c20d14",
    "x-ms-client-request-id: 5f0c3c1e-93f7-4a55-8d1b-0e6a2b7c4d18",
    "User-Agent: AutoRest-Java",
    "Connection: Keep-Alive",
    "Accept-Encoding: gzip",
    "\r\n",
  }
  local form = table.concat(after, "\r\n")
  local all = {}
  for token in tokens:gmatch("[^\n]+") do all[#all + 1] = form:format(token) end
  return before, all
end

local function forged(rest)
  -- The last letter of a signature has unused bits: it stays as it is, so that only the signature is wrong.
  local last = rest:find("\r\nMS-CorrelationId", 1, true) - 1
  local letters = {}
  for at = 1, 8 do
    local place = math.random(#alphabet)
    letters[at] = alphabet:sub(place, place)
  end
  return rest:sub(1, last - 9) .. table.concat(letters) .. rest:sub(last)
end

function init(words)
  local ids = read(words[1])
  local before, after = templates(read(words[2]))
  local id_count, token_count = math.floor((#ids + 1) / (id_bytes + 1)), #after
  math.randomseed(tonumber(words[4]) * 1000 + number)
  local random = math.random
  local token = random(token_count)

  local function id()
    local begin = (random(id_count) - 1) * (id_bytes + 1) + 1
    return ids:sub(begin, begin + id_bytes - 1)
  end
  if words[3] == "forged" then
    function request() return before .. id() .. forged(after[1]) end
  elseif id_count == 1 and token_count == 1 then
    local only = before .. id() .. after[1]
    wrk.format = function() return only end -- made once; a global request() would be asked each time
  else
    function request()
      token = token % token_count + 1
      return before .. id() .. after[token]
    end
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"not_2xx":%d,"socket_errors":%d,"p50_us":%.1f,"p99_us":%.1f,"max_us":%.1f}\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
