#include "lab/verdict_json.h"

#include <algorithm>
#include <array>

namespace systemsim {
namespace {

// In the order in which people ask, not of strength.
constexpr std::array<Promise, kPromises> kOrder = {
    Promise::linearizable,    Promise::regular,          Promise::read_your_writes,
    Promise::monotonic_reads, Promise::monotonic_writes, Promise::writes_follow_reads,
    Promise::causal,          Promise::convergence,      Promise::no_lost_write,
    Promise::no_lost_update,  Promise::no_resurrection};

void write_sources(JsonWriter& writer, const CallHistory& history,
                   const std::vector<uint32_t>& calls) {
  writer.begin_array();
  for (const uint32_t index : calls) {
    // What a key began with has no source.
    if (index != kInitialCall) writer.value(history.calls[index].source);
  }
  writer.end_array();
}

}  // namespace

void write_promises(JsonWriter& writer, const CallHistory& history, const Verdict& verdict) {
  writer.key("verdict").begin_object();
  for (const Promise promise : kOrder) {
    const Finding& finding = verdict.of(promise);
    writer.key(name_of(promise)).begin_object();
    writer.field("state", name_of(finding.state)).field("tests", finding.tests).key("ops");
    write_sources(writer, history, finding.guilty);
    writer.end_object();
  }
  const auto reads =
      std::count_if(history.calls.begin(), history.calls.end(), [](const Call& call) {
        return call.kind == Call::Kind::read && call.fate == Call::Fate::ok && !call.any;
      });
  const bool tested = verdict.k_staleness != 0;
  writer.key("k_staleness").begin_object().field("state", tested ? "held" : "untested");
  writer.field("tests", tested ? reads : 0)
      .field("k", verdict.k_staleness)
      .key("ops")
      .begin_array();
  if (tested) writer.value(history.calls[verdict.furthest_behind].source);
  writer.end_array().end_object().end_object().key("weakest_broken");
  const auto weakest = verdict.weakest_broken();
  weakest ? writer.value(name_of(*weakest)) : writer.null();
}

void write_attempts(JsonWriter& writer, const CallHistory& history,
                    const std::vector<Linearizability::Attempt>& attempts) {
  writer.begin_array();
  for (const Linearizability::Attempt& attempt : attempts) {
    writer.begin_object().key("order");
    write_sources(writer, history, attempt.order);
    writer.key("value");
    attempt.present ? writer.bytes(attempt.state) : writer.null();
    writer.end_object();
  }
  writer.end_array();
}

void write_verdict(JsonWriter& writer, const CallHistory& history, const Verdict& verdict) {
  write_promises(writer, history, verdict);
  writer.key("counterexample");
  const Linearizability& result = verdict.linearizability;
  if (result.state != Linearizability::State::no) {
    writer.null();
    return;
  }
  writer.begin_object().key("key").bytes(history.keys[result.key].name).key("ops");
  write_sources(writer, history, result.counterexample);
  writer.field("first_unexplained", history.calls[result.first_unexplained].source).key("tried");
  write_attempts(writer, history, result.attempts);
  writer.end_object();
}

}  // namespace systemsim
