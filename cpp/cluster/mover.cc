#include "cluster/mover.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace systemsim {
void Mover::start(Endpoint self, uint32_t epoch, const Membership& membership, uint64_t retry_us,
                  Output& out) {
  SYSTEMSIM_ASSERT(!active() && Membership::phase(epoch) == 1);
  self_ = self;
  epoch_ = epoch;
  attempt_ = 0;
  tries_ = 0;
  done_.assign(membership.transfers(epoch).size(), 0);
  settled_.clear();
  announce(membership, out);
  ask(membership, out);
  wake_me(retry_us, out);
  step(membership, retry_us, out);
}

void Mover::arrived(Endpoint from, Endpoint to, const Membership& membership, uint64_t retry_us,
                    Output& out) {
  if (Membership::phase(epoch_) != 1) return;
  const auto& transfers = membership.transfers(epoch_);
  for (size_t i = 0; i < transfers.size(); ++i) {
    if (transfers[i].from == from && transfers[i].to == to) done_[i] = 1;
  }
  step(membership, retry_us, out);
}

void Mover::settled(Endpoint by, const Membership& membership, uint64_t retry_us, Output& out) {
  if (Membership::phase(epoch_) != 2) return;
  if (!contains(settled_, by)) settled_.push_back(by);
  step(membership, retry_us, out);
}

void Mover::time_is_up(const Membership& membership, uint64_t retry_us, Output& out) {
  SYSTEMSIM_ASSERT(active());
  if (tries_ == kMaxTries) return;
  ++tries_;
  ++attempt_;
  ask(membership, out);
  wake_me(retry_us << tries_, out);
}

void Mover::ask_again(const Membership& membership, uint64_t retry_us, Output& out) {
  tries_ = 0;
  time_is_up(membership, retry_us, out);
}

// Asks everybody who has not done what this phase needs.
void Mover::ask(const Membership& membership, Output& out) const {
  const auto& transfers = membership.transfers(epoch_);
  std::vector<Endpoint> asked;
  for (size_t i = 0; i < transfers.size(); ++i) {
    const Endpoint from = transfers[i].from;
    const bool open = Membership::phase(epoch_) == 1 ? done_[i] == 0 : !contains(settled_, from);
    if (!open || contains(asked, from)) continue;
    asked.push_back(from);
    out.messages.push_back(
        {message(Membership::phase(epoch_) == 1 ? MessageKind::prepare : MessageKind::settle, from),
         {}});
  }
}

// Goes on to the next phase when this one is complete.
void Mover::step(const Membership& membership, uint64_t retry_us, Output& out) {
  const auto& transfers = membership.transfers(epoch_);
  if (Membership::phase(epoch_) == 1) {
    if (std::find(done_.begin(), done_.end(), 0) != done_.end()) return;
    ++epoch_;
    tries_ = 0;
    ask(membership, out);
    wake_me(retry_us, out);
  }
  const bool all = std::all_of(transfers.begin(), transfers.end(), [&](const Transfer& transfer) {
    return contains(settled_, transfer.from);
  });
  if (!all) return;
  ++epoch_;
  announce(membership, out);
}

void Mover::announce(const Membership& membership, Output& out) const {
  std::vector<Endpoint> told = membership.ring(epoch_ - Membership::phase(epoch_)).members();
  const Change& change = membership.change(epoch_);
  if (change.kind == Change::Kind::join) told.push_back(change.node);
  for (const Endpoint node : told) {
    if (node != self_) out.messages.push_back({message(MessageKind::announce, node), {}});
  }
}

void Mover::wake_me(uint64_t delay_us, Output& out) {
  out.timers.push_back({{self_, id_of(epoch_), ++turn_}, delay_us});
}

Message Mover::message(MessageKind kind, Endpoint to) const {
  Message message;
  message.kind = kind;
  message.from = self_;
  message.to = to;
  message.attempt = attempt_;
  message.epoch = epoch_;
  message.request.operation = id_of(epoch_);
  return message;
}

}  // namespace systemsim
