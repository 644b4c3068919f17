#include "cluster/lock_service.h"

#include <utility>

#include "base/assert.h"
#include "base/murmur3.h"
#include "base/sorted.h"

namespace systemsim {

const LockService::Lease* LockService::find(uint32_t range) const {
  return find_sorted(leases_, range, &Lease::range);
}

void LockService::handle(const Message& message, const Ring& ring, uint64_t clock_us,
                         uint64_t lease_us, Output& out) {
  SYSTEMSIM_ASSERT(message.kind == MessageKind::lease);
  const auto range = static_cast<uint32_t>(ring.first_point(token_of(message.request.key)));
  auto lease = sorted_place(leases_, range, &Lease::range);
  if (lease == leases_.end() || lease->range != range) {
    lease = leases_.insert(lease, {range, kNobody, 0, 0, kNoOperation});
  }
  Message answer;
  answer.kind = MessageKind::granted;
  answer.from = message.to;
  answer.to = message.from;
  answer.attempt = message.attempt;
  answer.request.operation = message.request.operation;
  answer.request.key = message.request.key;
  StoreCost cost;
  const bool own = lease->owner == message.from;
  if (!own && clock_us < lease->until_us) {
    answer.refused = true;
    answer.about = lease->owner;
    answer.lease_us = lease->until_us - clock_us;
  } else {
    // The network's copy of a request is no new one.
    const bool stays =
        own && (message.epoch == lease->term || message.request.operation == lease->request);
    if (!stays) ++lease->term;
    lease->owner = message.from;
    lease->until_us = clock_us + lease_us;
    lease->request = message.request.operation;
    answer.epoch = lease->term;
    answer.about = lease->owner;
    answer.lease_us = lease_us;
    cost = {1, 0, 0, kMessageHeaderBytes};
  }
  out.messages.push_back({std::move(answer), cost});
}

}  // namespace systemsim
