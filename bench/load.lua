-- What wrk sends: GETs of billing profiles with the header fields of Microsoft's Java SDK, and as its last words
-- one line of JSON. Called by bench/wrk.py with: IDS TOKENS ORDER SEED
--   IDS, TOKENS   files of customer ids and of tokens, one a line
--   ORDER         "random" customers; "forged": random, and each token's signature is made wrong anew; "pages": GETs of
--                 a hundred customers at once; "put": PUTs of profiles, each with a request id of its own, to one
--                 customer after the other
-- SPDX-License-Identifier: MIT
local threads = 0
local threads_max = 16 -- bench/wrk.py starts no more

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local ffi = require("ffi")
ffi.cdef [[
  int open(const char *path, int flags, ...);
  long lseek(int file, long offset, int whence);
  void *mmap(void *address, size_t bytes, int protection, int flags, int file, long offset);
]]

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

-- A function that gives line 1 to count of a file whose lines are of one length, and the count. The file is mapped:
-- wrk starts each thread when its script is ready, and those that wait for the others would count requests early.
local function lines_of(name)
  local file = ffi.C.open(name, 0)
  assert(file >= 0, name)
  local bytes = tonumber(ffi.C.lseek(file, 0, 2))
  local text = ffi.cast("const char *", ffi.C.mmap(nil, bytes, 1, 2, file, 0)) -- to read, private
  local length = #io.open(name):read("*l") + 1
  assert(bytes % length == 0, name)
  return function(number) return ffi.string(text + (number - 1) * length, length - 1) end, bytes / length
end

local before = "GET /v1/customers/"
local between = "/profiles/billing HTTP/1.1\r\nAuthorization: Bearer "
local after = table.concat({
  "",
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
  "Host: ",
}, "\r\n")

-- The last letter of a signature has unused bits: it stays as it is, so that only the signature is wrong.
local function forged(token)
  local letters = {}
  for at = 1, 8 do
    local place = math.random(#alphabet)
    letters[at] = alphabet:sub(place, place)
  end
  return token:sub(1, -10) .. table.concat(letters) .. token:sub(-1)
end

local profile = '{"firstName":"Maren","lastName":"Oyelaran","email":"ap@tidewater-coop.example","culture":"en-US",' ..
  '"language":"en","companyName":"Tidewater Cooperative","defaultAddress":{"country":"US","city":"Astoria",' ..
  '"state":"OR","addressLine1":"%d Pier Road","postalCode":"97103","firstName":"Maren","lastName":"Oyelaran",' ..
  '"phoneNumber":"5035550142"}}'

-- The threads divide the customers among them, so that two connections hardly ever change the same one.
local function puts(id, id_count, token, seed, host)
  local turn = math.floor(id_count / threads_max * number)
  local sent = 0
  local head = "/profiles/billing HTTP/1.1\r\nHost: " .. host .. "\r\nAuthorization: Bearer " .. token ..
    "\r\nAccept: application/json\r\nContent-Type: application/json; charset=utf-8\r\nIf-Match: *\r\n"
  return function()
    turn = turn % id_count + 1
    sent = sent + 1
    local body = string.format(profile, sent)
    return "PUT /v1/customers/" .. id(turn) .. head ..
      string.format("MS-RequestId: %08x-%04x-4000-8000-%012x\r\nContent-Length: %d\r\n\r\n%s",
        seed, number, sent, #body, body)
  end
end

function init(words)
  local id, id_count = lines_of(words[1])
  local token, token_count = lines_of(words[2])
  local rest = after .. wrk.headers["Host"] .. "\r\n\r\n"
  math.randomseed(tonumber(words[4]) * 1000 + number)
  local random = math.random
  local turn = random(token_count)
  local first = token(1)

  if words[3] == "put" then
    request = puts(id, id_count, first, tonumber(words[4]), wrk.headers["Host"])
  elseif words[3] == "pages" then
    local only = "GET /v1/customers?size=100" .. between:match(" HTTP.*") .. first .. rest
    wrk.format = function() return only end
  elseif words[3] == "forged" then
    function request() return before .. id(random(id_count)) .. between .. forged(first) .. rest end
  elseif token_count > 1 then
    function request()
      turn = turn % token_count + 1
      return before .. id(random(id_count)) .. between .. token(turn) .. rest
    end
  elseif id_count > 1 then
    local all_after = between .. first .. rest
    function request() return before .. id(random(id_count)) .. all_after end
  else
    local only = before .. id(1) .. between .. first .. rest
    wrk.format = function() return only end -- made once; a global request() would be asked each time
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"not_2xx":%d,"socket_errors":%d,"bytes":%d,"p50_us":%.1f,"p99_us":%.1f,"max_us":%.1f}\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, summary.bytes,
    latency:percentile(50), latency:percentile(99), latency.max))
end
