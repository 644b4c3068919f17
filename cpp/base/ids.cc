#include "base/ids.h"

#include <algorithm>

namespace systemsim {
namespace {

constexpr const char* kLockName = "lock";

}  // namespace

std::string endpoint_name(Endpoint endpoint) {
  std::string name;
  if (endpoint == kLockService) return kLockName;
  if (is_client(endpoint)) {
    name += 'c';
    name += std::to_string(client_index(endpoint) + 1);
    return name;
  }
  for (uint32_t rest = endpoint + 1U; rest > 0; rest = (rest - 1) / 26) {
    name.push_back(static_cast<char>('A' + (rest - 1) % 26));
  }
  std::reverse(name.begin(), name.end());
  return name;
}

std::string writer_name(Endpoint writer) {
  const uint32_t life = writer / kMostMachines;
  std::string name = endpoint_name(static_cast<Endpoint>(writer % kMostMachines));
  if (life > 0) name += '#' + std::to_string(life + 1);
  return name;
}

std::optional<Endpoint> endpoint_from_name(std::string_view name) {
  if (name == kLockName) return kLockService;
  if (name.size() < 1 || name.size() > 5) return std::nullopt;
  const bool client = name[0] == 'c';
  if (client && (name.size() < 2 || name[1] == '0')) return std::nullopt;
  uint32_t value = 0;
  for (char c : name.substr(client ? 1 : 0)) {
    if (client ? (c < '0' || c > '9') : (c < 'A' || c > 'Z')) return std::nullopt;
    value = client ? value * 10 + static_cast<uint32_t>(c - '0')
                   : value * 26 + static_cast<uint32_t>(c - 'A') + 1;
  }
  if (value > 0x7ffe) return std::nullopt;
  return client ? client_endpoint(value - 1) : static_cast<Endpoint>(value - 1);
}

}  // namespace systemsim
