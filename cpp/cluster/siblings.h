// What a replica keeps of a key when versions say what they had seen: its siblings, that is, the
// versions of which none has seen another. Chapter section 06.
//
// Two kinds. Vector clocks: each version bears the clock of what it had seen and of itself, in
// counters of the machines that took the writes (Dynamo, SOSP 2007, section 4.4). Two writes with
// one context through one machine look like one after the other, so the later replaces the earlier:
// a clock of machines cannot say otherwise; nor of a write that is repeated through a machine which
// has taken others since. Dotted versions can (cluster/dotted_versions.h).
//
// A client's context is what its last read had seen. It travels as bytes that only this file reads.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cluster/dotted_versions.h"
#include "cluster/record.h"
#include "cluster/vector_clock.h"

namespace systemsim {

// A version and the clock that it bears.
struct ClockedVersion {
  VectorClock clock;
  Record record;
};

// Of any kind of versions, the bytes in which a store keeps a copy (not empty): what it holds,
// latest first; and what two copies make together (the newer of two records, or their siblings).
std::vector<Record> versions_in(std::string_view copy, Versions versions);
std::string joined(std::string_view one, std::string_view other, Versions versions);

class Siblings {
 public:
  // No version yet.
  static Siblings of(Versions kind) {
    return kind == Versions::dotted ? Siblings(DottedVersions())
                                    : Siblings(std::vector<ClockedVersion>());
  }
  // Precondition: `bytes` came from encode(), or is empty: no version of either kind.
  static Siblings decode(std::string_view bytes);
  // Equal siblings, equal bytes.
  std::string encode() const;

  // The machine `server`, whose copy this is, takes a client's write after `context` (empty: it had
  // seen nothing): what that had seen is replaced. A write that is here already (the same
  // operation) is not taken again. `now_us`: the server's clock. A clock that gets too long is
  // pruned by `rule`; dotted versions need none.
  void take(const Record& write, std::string_view context, Endpoint server, uint64_t now_us,
            const PruneRule& rule);
  // What both copies together know. Precondition: `other` is of the same kind, or has no version.
  void merge(const Siblings& other);

  // What a client that reads this has seen, as counters (of dotted versions without times), and as
  // the bytes in which it travels.
  VectorClock seen() const;
  std::string context() const;
  // What the writer of `operation` has seen once this took its write: the write's own past and
  // itself. Empty when siblings that it has not seen cannot be told from that (dotted versions).
  std::string context_after(OperationId operation) const;

  // The versions, latest first (by `newer`); of a write that was taken twice, one.
  std::vector<Record> records() const;
  // For whoever shows them: each with its clock; of dotted versions, nothing and all the counters.
  const std::vector<ClockedVersion>* clocked() const {
    return std::get_if<std::vector<ClockedVersion>>(&kind_);
  }
  const DottedVersions* dotted() const { return std::get_if<DottedVersions>(&kind_); }

 private:
  explicit Siblings(std::vector<ClockedVersion> clocked) : kind_(std::move(clocked)) {}
  explicit Siblings(DottedVersions dotted) : kind_(std::move(dotted)) {}

  std::variant<std::vector<ClockedVersion>, DottedVersions> kind_;
};

}  // namespace systemsim
