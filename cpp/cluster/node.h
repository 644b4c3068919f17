// One machine: a replica of the keys that live on it, and a coordinator for whoever asks it.
// Sections 04, 05 and 08 of the chapter.
//
// handle(message, now) -> messages, timers. It owns no clock, thread, socket or random device; the
// world gives it all of these. A crash here keeps what was acknowledged (the store's log is synced
// before an ack) and loses everything else.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "cluster/coordinator.h"
#include "cluster/message.h"
#include "cluster/ring.h"
#include "store/store.h"

namespace systemsim {

class Node {
 public:
  explicit Node(Endpoint self) : self_(self) {}

  // `now_us` is this machine's clock.
  void handle(const Message& message, uint64_t now_us, const Ring& ring, uint64_t timeout_us,
              Output& out);
  // The time for an operation is up. Precondition: wants(operation).
  void handle_timer(OperationId operation, Output& out);
  bool wants(OperationId operation) const { return coordinator_.wants(operation); }

  // Loses what was not on disk.
  void crash() {
    coordinator_.clear();
    clients_.clear();
  }

  // Puts a record in place before time starts.
  void load(std::string_view key, const Record& record) { store_.put(key, encode_record(record)); }
  const Store& store() const { return store_; }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.self_, self.store_, self.coordinator_, self.clients_);
  }

 private:
  struct Waiting {  // who asked for an operation that is pending here
    OperationId operation = kNoOperation;
    Endpoint client = kNobody;

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.operation, self.client);
    }
  };

  void take_write(const Message& message, Output& out);
  void answer_read(const Message& message, Output& out);
  // Turns the coordinator's answers into replies to the clients that wait for them.
  void reply(Output& out);

  Endpoint self_;
  Store store_;
  Coordinator coordinator_;
  std::vector<Waiting> clients_;
};

}  // namespace systemsim
