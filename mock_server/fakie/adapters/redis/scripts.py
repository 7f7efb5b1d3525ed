"""The Lua scripts of the store, each of which Redis carries out in one piece; `docs/store.md` has the keys.

ARGV[1] is always what all keys of the fake begin with. Each may be sent twice, as after a lost connection, and counts
once. What writes begins with a SET: a Redis that is full refuses that one, and never stops in the middle.
"""

# Of an account's clock: what was skipped and when it was frozen, by which its next event gets its turn.
_SET_TURN = """
local function set_turn(p, handle)
  local first = redis.call('ZRANGE', p .. 'events:' .. handle, 0, 0, 'WITHSCORES')
  local clock = redis.call('HGET', p .. 'clocks', handle)
  if not first[1] or not clock then redis.call('ZREM', p .. 'turns', handle) return end
  local skipped, frozen = string.match(clock, '^(%S+) (%S+)$')
  local at = tonumber(first[2])
  if frozen == '-' then
    redis.call('ZADD', p .. 'turns', string.format('%.17g', at - tonumber(skipped)), handle)
  elseif at <= tonumber(frozen) then
    redis.call('ZADD', p .. 'turns', '-inf', handle)
  else
    redis.call('ZREM', p .. 'turns', handle)
  end
end
"""

# prefix, account, the clock of new ones that it was made with, clock, data: opens an account, and returns its data, or
# those of the one that was there before; none where new ones have another clock by now.
OPEN = """
local p, handle = ARGV[1], ARGV[2]
local stands = redis.call('GET', p .. 'clock_of_new') or ''
if stands == ARGV[3] and redis.call('HSETNX', p .. 'accounts', handle, ARGV[5]) == 1 then
  redis.call('HSET', p .. 'clocks', handle, ARGV[4])
  redis.call('ZADD', p .. 'account_order', redis.call('INCR', p .. 'account_last'), handle)
end
return redis.call('HGET', p .. 'accounts', handle)
"""

# prefix, lock, token, clock: sets that of new accounts, and returns handle and data of all others in turn; nothing
# where the lock is another's.
SET_CLOCK_OF_NEW = """
local p = ARGV[1]
if redis.call('GET', p .. 'lock:' .. ARGV[2]) ~= ARGV[3] then return false end
redis.call('SET', p .. 'clock_of_new', ARGV[4])
local found = {}
for _, handle in ipairs(redis.call('ZRANGE', p .. 'account_order', 0, -1)) do
  found[#found + 1] = handle
  found[#found + 1] = redis.call('HGET', p .. 'accounts', handle)
end
return found
"""

# prefix, account: returns its data, the versions of the orders and of the scenarios that are played, and its first
# event with its moment, if there is one.
LOOK = """
local p, handle = ARGV[1], ARGV[2]
local data = redis.call('HGET', p .. 'accounts', handle)
local first = redis.call('ZRANGE', p .. 'events:' .. handle, 0, 0, 'WITHSCORES')
local orders, played = redis.call('GET', p .. 'orders_version'), redis.call('GET', p .. 'scenarios_version')
return {data, orders or '', played or '', first[1], first[2]}
"""

# prefix, lock, token, milliseconds, account or '': takes a lock; returns its state, the account and its first event.
ENTER = """
local p, lock, token, handle = ARGV[1], ARGV[1] .. 'lock:' .. ARGV[2], ARGV[3], ARGV[5]
local data = handle == '' and '' or redis.call('HGET', p .. 'accounts', handle)
if not data then return {'gone'} end
if not redis.call('SET', lock, token, 'NX', 'PX', ARGV[4]) and redis.call('GET', lock) ~= token then
  return {'busy'}
end
local first = handle == '' and {} or redis.call('ZRANGE', p .. 'events:' .. handle, 0, 0, 'WITHSCORES')
return {'open', data, first[1] or '', first[2] or ''}
"""

# prefix, (lock, token) …: lets locks go that are still one's own.
LEAVE = """
for i = 2, #ARGV, 2 do
  local lock = ARGV[1] .. 'lock:' .. ARGV[i]
  if redis.call('GET', lock) == ARGV[i + 1] then redis.call('DEL', lock) end
end
"""

# prefix, mark, account, worker, number of locks, (lock, token) …, (what, …) …: writes all that was said, if every lock
# is still one's own, and lets them go. Returns whether it was written, the next of all turns, and how many tasks.
COMMIT = (
    _SET_TURN
    + """
local p, mark, handle, worker = ARGV[1], ARGV[1] .. 'done:' .. ARGV[2], ARGV[3], ARGV[4]
if redis.call('EXISTS', mark) == 1 then return {'written', '', 0} end
local i = 6 + 2 * tonumber(ARGV[5])
for k = 6, i - 1, 2 do
  if redis.call('GET', p .. 'lock:' .. ARGV[k]) ~= ARGV[k + 1] then return {'lost'} end
end
if handle ~= '' and redis.call('HEXISTS', p .. 'accounts', handle) == 0 then return {'lost'} end
redis.call('SET', mark, '1', 'PX', 10000)
local events, turns = p .. 'events:' .. handle, false
local acts = {
  account = function(data, clock)
    redis.call('HSET', p .. 'accounts', handle, data)
    redis.call('HSET', p .. 'clocks', handle, clock)
    turns = true
  end,
  task = function(id, data, sent)
    if redis.call('HSET', p .. 'tasks', id, data) == 1 then
      redis.call('HSET', p .. 'sent', id, sent)
      redis.call('ZADD', p .. 'task_order', redis.call('INCR', p .. 'task_last'), id)
      redis.call('SADD', p .. 'tasks_of:' .. handle, id)
    end
  end,
  forget = function(id)
    redis.call('HDEL', p .. 'tasks', id)
    redis.call('HDEL', p .. 'sent', id)
    redis.call('ZREM', p .. 'task_order', id)
    redis.call('SREM', p .. 'tasks_of:' .. handle, id)
  end,
  plan = function(at, event) redis.call('ZADD', events, at, event) turns = true end,
  take = function(event) redis.call('ZREM', events, event) turns = true end,
  claim = function(at, event)
    redis.call('ZREM', events, event)
    redis.call('HSET', p .. 'begun:' .. worker, handle .. ' ' .. event, at .. ' ' .. redis.call('TIME')[1])
    turns = true
  end,
  finish = function(event) redis.call('HDEL', p .. 'begun:' .. worker, handle .. ' ' .. event) end,
  file = function(path, facts, content)
    local number = redis.call('INCR', p .. 'file_last')
    redis.call('HSET', p .. 'files:' .. handle, path, number .. ' ' .. facts)
    redis.call('HSET', p .. 'contents:' .. handle, path, content)
  end,
  unfile = function(path)
    redis.call('HDEL', p .. 'files:' .. handle, path)
    redis.call('HDEL', p .. 'contents:' .. handle, path)
  end,
  order = function(name, data)
    redis.call('HSET', p .. 'orders', name, data)
    redis.call('INCR', p .. 'orders_version')
  end,
  unorder = function(name)
    redis.call('HDEL', p .. 'orders', name)
    redis.call('INCR', p .. 'orders_version')
  end,
}
local takes = {account = 2, task = 3, plan = 2, claim = 2, file = 3, order = 2}
while i <= #ARGV do
  local count = takes[ARGV[i]] or 1
  acts[ARGV[i]](ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
  i = i + 1 + count
end
if turns then set_turn(p, handle) end
for k = 6, 5 + 2 * tonumber(ARGV[5]), 2 do redis.call('DEL', p .. 'lock:' .. ARGV[k]) end
return {'written', redis.call('ZRANGE', p .. 'turns', 0, 0)[1] or '', redis.call('ZCARD', p .. 'task_order')}
"""
)

# prefix, account, number of events to look at: returns them, earliest first, each with its moment.
EVENTS = """
return redis.call('ZRANGE', ARGV[1] .. 'events:' .. ARGV[2], 0, ARGV[3], 'WITHSCORES')
"""

# prefix, the fake's time: returns whose turn is next, and when; of those due one that nobody works on, if any.
NEXT_TURN = """
local p = ARGV[1]
local due = redis.call('ZRANGEBYSCORE', p .. 'turns', '-inf', ARGV[2], 'WITHSCORES', 'LIMIT', 0, 16)
for i = 1, #due, 2 do
  if redis.call('EXISTS', p .. 'lock:' .. due[i]) == 0 then return {due[i], due[i + 1]} end
end
return redis.call('ZRANGE', p .. 'turns', 0, 0, 'WITHSCORES')
"""

# prefix, worker, seconds that it may be silent, those that an event of its own may take, and one that it does not know
# of, such events …: says that a worker lives; gives back what others have begun that live no longer, and what it has
# begun itself too long ago. Returns how many workers lived before.
PULSE = (
    _SET_TURN
    + """
local p, me, now = ARGV[1], ARGV[2], tonumber(redis.call('TIME')[1])
local others = redis.call('ZCOUNT', p .. 'workers', now, '+inf')
redis.call('ZADD', p .. 'workers', now + tonumber(ARGV[3]), me)
local function give_back_one(worker, name, began_before)
  local handle, event = string.match(name, '^(%S+) (.*)%d$')
  local value = redis.call('HGET', p .. 'begun:' .. worker, name)
  if not value then return end
  local at, began = string.match(value, '^(%S+) (%S+)$')
  if tonumber(began) >= began_before then return end
  redis.call('HDEL', p .. 'begun:' .. worker, name)
  if redis.call('HEXISTS', p .. 'accounts', handle) == 1 then
    redis.call('ZADD', p .. 'events:' .. handle, at, event .. '1')
    set_turn(p, handle)
  end
end
local function give_back(worker, began_before)
  for _, name in ipairs(redis.call('HKEYS', p .. 'begun:' .. worker)) do give_back_one(worker, name, began_before) end
end
for _, worker in ipairs(redis.call('ZRANGEBYSCORE', p .. 'workers', '-inf', '(' .. now)) do
  give_back(worker, math.huge)
  redis.call('ZREM', p .. 'workers', worker)
  redis.call('HDEL', p .. 'counted', worker)
end
give_back(me, now - tonumber(ARGV[4]))
for i = 6, #ARGV do give_back_one(me, ARGV[i], now - tonumber(ARGV[5])) end
return others
"""
)

# prefix, account, token: forgets an account whose lock one has, with all that is its.
CLEAR = """
local p, handle = ARGV[1], ARGV[2]
if redis.call('GET', p .. 'lock:' .. handle) ~= ARGV[3] then return 'lost' end
for _, id in ipairs(redis.call('SMEMBERS', p .. 'tasks_of:' .. handle)) do
  redis.call('HDEL', p .. 'tasks', id)
  redis.call('HDEL', p .. 'sent', id)
  redis.call('ZREM', p .. 'task_order', id)
end
for _, name in ipairs({'tasks_of:', 'events:', 'files:', 'contents:', 'lock:'}) do
  redis.call('DEL', p .. name .. handle)
end
redis.call('HDEL', p .. 'accounts', handle)
redis.call('HDEL', p .. 'clocks', handle)
redis.call('ZREM', p .. 'account_order', handle)
redis.call('ZREM', p .. 'turns', handle)
return 'cleared'
"""

# prefix, mark, entry, most entries, most bytes: keeps an entry of the journal, and returns its number; the oldest make
# room.
ADD_ENTRY = """
local p, mark = ARGV[1], ARGV[1] .. 'done:' .. ARGV[2]
local known = redis.call('GET', mark)
if known then return tonumber(known) end
redis.call('SET', mark, '0', 'PX', 10000)
local number = redis.call('INCR', p .. 'journal_last')
redis.call('SET', mark, number, 'PX', 10000)
redis.call('HSET', p .. 'journal', number, ARGV[3])
redis.call('ZADD', p .. 'journal_order', number, number)
redis.call('INCRBY', p .. 'journal_bytes', #ARGV[3])
while redis.call('ZCARD', p .. 'journal_order') > tonumber(ARGV[4])
    or tonumber(redis.call('GET', p .. 'journal_bytes')) > tonumber(ARGV[5]) do
  local gone = redis.call('ZPOPMIN', p .. 'journal_order')[1]
  redis.call('DECRBY', p .. 'journal_bytes', redis.call('HSTRLEN', p .. 'journal', gone))
  redis.call('HDEL', p .. 'journal', gone)
end
return number
"""

# prefix, account or '': forgets the entries of an account, or for '' all.
FORGET_ENTRIES = """
local p, start = ARGV[1], ARGV[2] .. ' '
if ARGV[2] == '' then redis.call('DEL', p .. 'journal', p .. 'journal_order', p .. 'journal_bytes') return end
for _, number in ipairs(redis.call('ZRANGE', p .. 'journal_order', 0, -1)) do
  local entry = redis.call('HGET', p .. 'journal', number)
  if string.sub(entry, 1, #start) == start then
    redis.call('ZREM', p .. 'journal_order', number)
    redis.call('DECRBY', p .. 'journal_bytes', #entry)
    redis.call('HDEL', p .. 'journal', number)
  end
end
"""

# prefix, worker, number, (field, by) …: adds to the counts of all, once for each number of a worker; returns how many
# workers live, and the counts.
ADD_UP = """
local p, now = ARGV[1], tonumber(redis.call('TIME')[1])
if tonumber(redis.call('HGET', p .. 'counted', ARGV[2]) or 0) < tonumber(ARGV[3]) then
  redis.call('HSET', p .. 'counted', ARGV[2], ARGV[3])
  for i = 4, #ARGV, 2 do redis.call('HINCRBYFLOAT', p .. 'counts', ARGV[i], ARGV[i + 1]) end
end
local found = redis.call('HGETALL', p .. 'counts')
table.insert(found, 1, redis.call('ZCOUNT', p .. 'workers', now, '+inf'))
return found
"""
