// For a module that does without tiers, as no_lsm_store.cc is for one without trees.
#include <cstdlib>

#include "store/tier_store.h"

namespace systemsim {

struct TierStore::Parts {};

bool TierStore::available() { return false; }
TierStore::TierStore(uint64_t, uint32_t) { std::abort(); }
TierStore::TierStore(const TierStore&) { std::abort(); }
TierStore& TierStore::operator=(const TierStore&) { std::abort(); }
TierStore::TierStore(TierStore&&) noexcept = default;
TierStore& TierStore::operator=(TierStore&&) noexcept = default;
TierStore::~TierStore() = default;
StoreCost TierStore::put(std::string_view, std::string_view) { std::abort(); }
StoreCost TierStore::get(std::string_view, std::optional<std::string>&) { std::abort(); }
StoreCost TierStore::erase(std::string_view) { std::abort(); }
void TierStore::crash() { std::abort(); }
StoreCost TierStore::restart() { std::abort(); }
void TierStore::peek(std::string_view, std::optional<std::string>&) const { std::abort(); }
std::vector<std::pair<std::string, std::string>> TierStore::everything() const { std::abort(); }
TierReport TierStore::report() const { std::abort(); }
uint32_t TierStore::segments() const { std::abort(); }
void TierStore::walk_into(StateArchive&) const { std::abort(); }
void TierStore::walk_into(SizeArchive&) const { std::abort(); }

}  // namespace systemsim
