#include "store/internal_key.h"

namespace systemsim::store {
namespace {

// The prefix of `key` up to the first byte that can be raised and stays below `limit`
// (util/comparator.cc), or the key itself.
std::string separator(std::string_view key, std::string_view limit) {
  const size_t most = std::min(key.size(), limit.size());
  size_t shared = 0;
  while (shared < most && key[shared] == limit[shared]) ++shared;
  std::string shorter(key);
  if (shared == most) return shorter;  // one is a prefix of the other
  const auto byte = static_cast<uint8_t>(key[shared]);
  if (byte < 0xff && byte + 1 < static_cast<uint8_t>(limit[shared])) {
    shorter.resize(shared + 1);
    shorter[shared] = static_cast<char>(byte + 1);
  }
  return shorter;
}

std::string successor(std::string_view key) {
  std::string shorter(key);
  for (size_t i = 0; i < key.size(); ++i) {
    const auto byte = static_cast<uint8_t>(key[i]);
    if (byte == 0xff) continue;
    shorter.resize(i + 1);
    shorter[i] = static_cast<char>(byte + 1);
    break;
  }
  return shorter;
}

// An internal key gets a shortened user key only when that is shorter and larger, and with it the
// tag that comes before all others.
void replace(KeyForm form, std::string& key, std::string shorter) {
  if (form == KeyForm::internal) {
    const std::string_view user = user_key(key);
    if (shorter.size() >= user.size() || compare_bytes(user, shorter) >= 0) return;
    put_fixed64(shorter, seek_tag(kMaxSequence));
  }
  key = std::move(shorter);
}

std::string_view user_part(KeyForm form, std::string_view key) {
  return form == KeyForm::internal ? user_key(key) : key;
}

}  // namespace

void shorten_to_separator(KeyForm form, std::string& key, std::string_view limit) {
  replace(form, key, separator(user_part(form, key), user_part(form, limit)));
}

void shorten_to_successor(KeyForm form, std::string& key) {
  replace(form, key, successor(user_part(form, key)));
}

}  // namespace systemsim::store
