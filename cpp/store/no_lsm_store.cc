// For a module that does without LSM trees: a fifth of the engine that most pages never ask for.
// Scenarios with such stores are refused when they are read, so nothing here is ever called.
#include <cstdlib>

#include "store/lsm_store.h"

namespace systemsim {

struct LsmStore::Parts {};

bool LsmStore::available() { return false; }
LsmStore::LsmStore(uint32_t) { std::abort(); }
LsmStore::LsmStore(const LsmStore&) { std::abort(); }
LsmStore& LsmStore::operator=(const LsmStore&) { std::abort(); }
LsmStore::LsmStore(LsmStore&&) noexcept = default;
LsmStore& LsmStore::operator=(LsmStore&&) noexcept = default;
LsmStore::~LsmStore() = default;
StoreCost LsmStore::put(std::string_view, std::string_view) { std::abort(); }
StoreCost LsmStore::get(std::string_view, std::optional<std::string>&) { std::abort(); }
StoreCost LsmStore::erase(std::string_view) { std::abort(); }
void LsmStore::crash() { std::abort(); }
StoreCost LsmStore::restart() { std::abort(); }
void LsmStore::peek(std::string_view, std::optional<std::string>&) const { std::abort(); }
std::vector<std::pair<std::string, std::string>> LsmStore::everything() const { std::abort(); }
LsmReport LsmStore::report() const { std::abort(); }
uint32_t LsmStore::tables() const { std::abort(); }
store::MemoryEnv& LsmStore::disk() const { std::abort(); }
void LsmStore::walk_into(StateArchive&) const { std::abort(); }
void LsmStore::walk_into(SizeArchive&) const { std::abort(); }

}  // namespace systemsim
