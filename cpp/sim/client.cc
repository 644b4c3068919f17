#include "sim/client.h"

#include <string>

#include "base/draw.h"
#include "base/math.h"
#include "base/sorted.h"
#include "base/zipf.h"

namespace systemsim {
namespace {

// The number of the key that operation `operation` is about.
uint64_t draw_key(const Workload& workload, uint64_t seed, OperationId operation) {
  const Entity entity = {operation, 0};
  switch (workload.keys_drawn) {
    case KeysDrawn::uniform:
      break;
    case KeysDrawn::zipf:
      // An entity of its own: a draw may take several attempts.
      return Zipf(workload.keys, workload.zipf_exponent)
          .rank(seed, Stream::operation, {operation, 1});
    case KeysDrawn::hot:
      if (workload.keys == 1 ||
          draw_unit(seed, Stream::operation, entity, 2) < workload.hot_share) {
        return 1;
      }
      return draw_below(seed, Stream::operation, entity, 1, workload.keys - 1) + 2;
  }
  return draw_below(seed, Stream::operation, entity, 1, workload.keys) + 1;
}

}  // namespace

Client::Seen& Client::seen_of(std::string_view key) {
  if (Seen* known = find_sorted(seen, key, &Seen::key)) return *known;
  return *seen.insert(sorted_place(seen, key, &Seen::key), {std::string(key), {}, {}});
}

uint64_t think_time_us(double mean_ms, uint64_t seed, OperationId operation) {
  const double u = draw_unit(seed, Stream::think_time, {operation, 0}, 0);
  const auto us = static_cast<uint64_t>(-portable_log(u) * mean_ms * 1000.0);
  return us < 1 ? 1 : us;
}

Request next_request(const Workload& workload, uint64_t seed, Endpoint client,
                     OperationId operation) {
  const Entity entity = {operation, 0};
  Request request;
  request.operation = operation;
  request.client = client;
  request.verb =
      draw_unit(seed, Stream::operation, entity, 0) < workload.read_share ? Verb::get : Verb::put;
  request.key += 'k';
  request.key += std::to_string(draw_key(workload, seed, operation));
  if (request.verb == Verb::put) {
    request.value = endpoint_name(client) + "." + std::to_string(operation_number(operation));
    if (request.value.size() < workload.value_bytes)
      request.value.resize(workload.value_bytes, '.');
  }
  return request;
}

}  // namespace systemsim
