"""The Lua scripts of the scenarios that are played; what holds of `scripts` holds of them."""

# prefix, account or '*', id, data: plays a scenario in place of another, whose counts it drops.
PLAY = """
local p, played = ARGV[1], ARGV[1] .. 'scenarios'
local old = redis.call('HGET', played, ARGV[2])
if old and string.match(old, '^%S+') == ARGV[3] then return 0 end
redis.call('INCR', p .. 'scenarios_version')
if old then redis.call('DEL', p .. 'scenario_counts:' .. string.match(old, '^%S+')) end
redis.call('HSET', played, ARGV[2], ARGV[3] .. ' ' .. ARGV[4])
redis.call('HSET', p .. 'scenario_counts:' .. ARGV[3], 'begun', 1)
return 1
"""

# prefix, account, '*' or '': ends a scenario, or for '' all; returns how many there were.
STOP = """
local p, count = ARGV[1], 0
local all = redis.call('HGETALL', p .. 'scenarios')
for i = 1, #all, 2 do
  if ARGV[2] == '' or ARGV[2] == all[i] then
    redis.call('DEL', p .. 'scenario_counts:' .. string.match(all[i + 1], '^%S+'))
    count = count + redis.call('HDEL', p .. 'scenarios', all[i])
  end
end
if count > 0 then redis.call('INCR', p .. 'scenarios_version') end
return count
"""

# prefix, id, asked, (quota, round, stretch) …: counts a request, as asked and in the stretch of each quota, the last
# one of which is kept; returns all these counts, or none where the scenario has ended meanwhile.
COUNT = """
local counts = ARGV[1] .. 'scenario_counts:' .. ARGV[2]
if redis.call('EXISTS', counts) == 0 then return {} end
local found = {redis.call('HINCRBY', counts, 'asked ' .. ARGV[3], 1)}
for i = 4, #ARGV, 3 do
  local name, round, stretch, number = 'passed ' .. ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2]), 0
  local last = redis.call('HGET', counts, name)
  if last then
    local r, s, n = string.match(last, '^(%d+) (%d+) (%d+)$')
    r, s = tonumber(r), tonumber(s)
    if r > round or (r == round and s >= stretch) then round, stretch, number = r, s, tonumber(n) end
  end
  redis.call('HSET', counts, name, string.format('%.0f %.0f %d', round, stretch, number + 1))
  found[#found + 1] = number + 1
end
return found
"""
