#include "sim/client.h"

#include <string>

#include "base/draw.h"
#include "base/math.h"

namespace systemsim {

uint64_t think_time_us(const Workload& workload, uint64_t seed, OperationId operation) {
  const double u = draw_unit(seed, Stream::think_time, {operation, 0}, 0);
  const auto us = static_cast<uint64_t>(-portable_log(u) * workload.think_ms * 1000.0);
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
  request.key += std::to_string(draw_below(seed, Stream::operation, entity, 1, workload.keys) + 1);
  if (request.verb == Verb::put) {
    request.value = endpoint_name(client) + "." + std::to_string(operation_number(operation));
    if (request.value.size() < workload.value_bytes)
      request.value.resize(workload.value_bytes, '.');
  }
  return request;
}

}  // namespace systemsim
