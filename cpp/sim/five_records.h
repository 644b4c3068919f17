// The chapter's five records as traffic: what clients do with each, and what a client remembers
// between two calls that belong together. Chapter sections 01 and 05.
//
//   last_login  user:42:last_login  every client writes it blindly, a quarter of the calls read it
//   session     session:9c3a…       c1 alone writes it, and then reads it
//   cart        cart:shopper-17     read, then the list that was read with an item more or less
//   feature     feature:dark_mode   read by all, all the time; hardly ever written
//   counter     rate:ip:10.0.4.7    read n, then n + 1
// Where the traffic is conditional, cart and counter are changed by a cas of what was read; one
// that is refused changes nothing, and its turn ends. Values are unique but for the counter's, and
// for carts from which two took the same item.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "cluster/message.h"

namespace systemsim {

// Values are part of the luck of a run: append, never renumber.
enum class FiveRecord : uint8_t { last_login, session, cart, feature, counter };
constexpr std::array<FiveRecord, 5> kFiveRecords = {FiveRecord::last_login, FiveRecord::session,
                                                    FiveRecord::cart, FiveRecord::feature,
                                                    FiveRecord::counter};

// "last_login", "session", "cart", "feature", "counter".
const char* name_of(FiveRecord record);
std::string_view key_of(FiveRecord record);
// What it holds when time starts, unless the scenario says otherwise.
std::string_view first_value_of(FiveRecord record);

// The number that a counter's value stands for; 0 when it is none, or has more than 15 digits.
uint64_t count_of(std::string_view value);

// The five records' traffic of one client. A turn is one call, or two of which the second waits for
// the answer to the first; a first call that is given up is a turn that ends there.
class Turns {
 public:
  // The client's next call, but for its n, w and r: what is due, or the beginning of a turn.
  Request next(uint64_t seed, Endpoint client, OperationId operation, uint64_t now_us,
               bool conditional = false);
  // Whether its next call is the second of a turn.
  bool due() const {
    return std::any_of(turns_.begin(), turns_.end(), [](const Turn& turn) { return turn.due; });
  }
  // A call of its own traffic ended; a read returned `value`, nothing when it found none.
  void end(OperationId operation, bool answered, std::string_view value);

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.turns_);
  }

 private:
  struct Turn {
    OperationId first = kNoOperation;  // the call that waits for its answer
    bool due = false;                  // it was answered, so that the second call is next
    std::string seen;                  // what it returned

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.first, self.due, self.seen);
    }
  };

  static constexpr std::array<FiveRecord, 3> kOfTwoCalls = {FiveRecord::session, FiveRecord::cart,
                                                            FiveRecord::counter};
  std::array<Turn, kOfTwoCalls.size()> turns_;
};

}  // namespace systemsim
