-- lib/names: names in the order of their bytes; Lua's own comparison follows the locale.

local function is_before(a, b)
  for index = 1, min(#a, #b) do
    local left, right = a:byte(index), b:byte(index)
    if left ~= right then return left < right end
  end
  return #a < #b
end

function this.sorted(by_name)
  local names = {}
  for name in pairs(by_name) do names[#names + 1] = name end
  if #names > 1 then table.sort(names, is_before) end
  return names
end
