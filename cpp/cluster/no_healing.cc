// For a module that does without healing. Scenarios that ask for it are refused when they are read,
// so of what follows only what asks whether there is any is ever called.
#include <cstdlib>

#include "cluster/healing.h"

namespace systemsim {

struct Healing::Parts {};

const char* name_of(Carrier) { std::abort(); }
bool Healing::available() { return false; }
Healing::Healing() = default;
Healing::~Healing() = default;
Healing::Healing(const Healing&) {}
Healing::Healing(Healing&&) noexcept = default;
Healing& Healing::operator=(const Healing&) { return *this; }
Healing& Healing::operator=(Healing&&) noexcept = default;
void Healing::walk_into(StateArchive&) const {}
void Healing::walk_into(SizeArchive&) const {}
void Healing::start(const Context&, Output&) {}
bool Healing::has_rounds() const { return false; }
void Healing::crash() {}
void Healing::lose_disk(const HealingSettings&) { std::abort(); }
void Healing::go_on(const Context&, Output&) {}
void Healing::repair(const Context&, Output&) { std::abort(); }
void Healing::handle(const Message&, Message, const StoreCost&, const Context&, Output&) {
  std::abort();
}
bool Healing::wants(const Timer&) const { return false; }
void Healing::handle_timer(const Timer&, const Context&, Output&) { std::abort(); }
bool Healing::is_forgotten(std::string_view, const Context&) const { return false; }
void Healing::kept(std::string_view, const std::optional<std::string>&, const std::string&,
                   std::optional<Carrier>, const Context&) {}
void Healing::keep_missed(const Context&, Output&) {}
std::optional<std::string> Healing::hint_for(Endpoint, std::string_view) const { std::abort(); }
void Healing::keep_hint(Endpoint, std::string_view, std::string_view, Versions) { std::abort(); }
bool Healing::leads_on(const Timer&, const Membership&, uint32_t) const { return false; }
bool Healing::leads_on(const Message&) const { return false; }
bool Healing::is_down(Endpoint) const { return false; }
bool Healing::rebuilding() const { return false; }
const Gossip* Healing::gossip() const { return nullptr; }
const Hints* Healing::hints() const { return nullptr; }
std::array<uint64_t, kCarriers> Healing::brought() const { return {}; }
std::vector<Healing::Brought> Healing::brought_by_key() const { return {}; }
size_t Healing::markers() const { return 0; }
MerkleHash Healing::root(Endpoint, const Context&) { std::abort(); }

}  // namespace systemsim
