"""The shelf: which keys of the cache hold what, and how a newer snapshot replaces an older."""

from __future__ import annotations

BELL = "pz:bell"
"""The channel every process listens to."""

LIFETIME = 30 * 86_400
"""Seconds after which the cache may forget a profile (all of it can be rebuilt)."""

RECENT = 64
"""How many of a profile's last batches of moves are kept for sockets that come back."""


def identity(site: int, identity_hex: str) -> str:
    """Return the key of an identity: a hash of person, view and consent."""
    return f"pz:{{{site}}}:i:{identity_hex}"


def snapshot(site: int, profile: str) -> str:
    """Return the key of a profile's snapshot."""
    return f"pz:{{{site}}}:s:{profile}"


def version(site: int, profile: str) -> str:
    """Return the key of a profile's version, compared before a snapshot is replaced."""
    return f"pz:{{{site}}}:v:{profile}"


def moves(site: int, profile: str) -> str:
    """Return the key of a profile's recent moves."""
    return f"pz:{{{site}}}:m:{profile}"


PUT = """
local life, recent = ARGV[1], tonumber(ARGV[2]) - 1
for n = 0, #KEYS / 3 - 1 do
  local version, snapshot, moves = ARGV[3 + 3 * n], ARGV[4 + 3 * n], ARGV[5 + 3 * n]
  local held = redis.call('GET', KEYS[3 * n + 2])
  if not held or tonumber(held) < tonumber(version) then
    redis.call('SET', KEYS[3 * n + 2], version, 'EX', life)
    redis.call('SET', KEYS[3 * n + 1], snapshot, 'EX', life)
    if moves ~= '' then
      redis.call('LPUSH', KEYS[3 * n + 3], moves)
      redis.call('LTRIM', KEYS[3 * n + 3], 0, recent)
      redis.call('EXPIRE', KEYS[3 * n + 3], life)
    end
  end
end
return #KEYS
"""
"""Put snapshots (keys: snapshot, version, moves of each) that are newer than what is there."""

KNOW = """
local letter = tonumber(ARGV[2])
for n, key in ipairs(KEYS) do
  local held = redis.call('HGET', key, 'letter')
  if not held or tonumber(held) <= letter then
    redis.call('HSET', key, 'person', ARGV[2 * n + 1], 'view', ARGV[2 * n + 2], 'letter', letter)
    redis.call('EXPIRE', key, ARGV[1])
  end
end
return #KEYS
"""
"""Put identities: the person and the view of each, unless a later letter has said them already.

Letters are numbered while those they are about are locked: the later number is the newer word.
"""

DROP = """
local held = redis.call('GET', KEYS[2])
if not held or tonumber(held) <= tonumber(ARGV[1]) then
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
end
return 1
"""
"""Drop a profile's snapshot, version and moves, unless it came back with a higher version."""

SAY = """
local held = redis.call('HGET', KEYS[1], 'consent')
local said = held and cjson.decode(held) or {}
for purpose, granted in pairs(cjson.decode(ARGV[1])) do
  local at = redis.call('HGET', KEYS[1], 'at:' .. purpose)
  if not at or tonumber(at) <= tonumber(ARGV[2]) then
    said[purpose] = granted
    redis.call('HSET', KEYS[1], 'at:' .. purpose, ARGV[2])
  end
end
redis.call('HSET', KEYS[1], 'consent', cjson.encode(said))
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""
"""Merge what an identity said about purposes into its key, the latest word winning."""
