// One version of a value, and the bytes in which a machine's store keeps it. Chapter section 06.
//
// Versions are ordered by their stamps; between equal stamps a delete wins (as in Cassandra), then
// the larger operation id. A delete is a record too: a marker without a value.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace systemsim {

// How versions are ordered.
enum class Versions : uint8_t {
  lww,            // last write wins: by the clock of the write's coordinator
  logical,        // by a number one above the highest that r replicas return
  vector_clocks,  // by what they had seen, in a clock each; those that had not seen each other stay
  dotted,         // the same, in one clock for all of them and a dot each
};
// Whether several versions of a key may stay beside each other (cluster/siblings.h).
constexpr bool keeps_siblings(Versions versions) { return versions >= Versions::vector_clocks; }

struct Version {
  // The coordinator's clock when it took the write, in microseconds (the client's, where the write
  // may be done twice); with logical stamps a number.
  uint64_t stamp_us = 0;
  OperationId operation = kNoOperation;

  auto operator<=>(const Version&) const = default;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.stamp_us, self.operation);
  }
};

struct Record {
  Version version;
  bool deleted = false;
  std::string value;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.version, self.deleted, self.value);
  }
};

// Whether `a` is kept where `b` is held. The same version is not newer than itself.
bool newer(const Record& a, const Record& b);

// stamp (8 bytes, little-endian), operation (4), flags (1: bit 0 = deleted), then the value.
std::string encode_record(const Record& record);
// Precondition: `bytes` came from encode_record.
Record decode_record(std::string_view bytes);

}  // namespace systemsim
