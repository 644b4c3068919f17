#include "sim/five_records.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "base/draw.h"

namespace systemsim {
namespace {

struct Known {
  const char* name;
  std::string_view key;
  std::string_view first_value;
};
constexpr std::array<Known, kFiveRecords.size()> kKnown = {{
    {"last_login", "user:42:last_login", "1747327200"},
    {"session", "session:9c3a…", "{uid:42,role:'rw'}"},
    {"cart", "cart:shopper-17", "[sku-901, sku-742]"},
    {"feature", "feature:dark_mode", "on"},
    {"counter", "rate:ip:10.0.4.7", "3"},
}};

// How a turn is drawn: the first record whose bound is above the draw.
constexpr std::array<std::pair<double, FiveRecord>, kFiveRecords.size()> kMix = {{
    {0.55, FiveRecord::feature},
    {0.70, FiveRecord::session},
    {0.80, FiveRecord::last_login},
    {0.90, FiveRecord::cart},
    {1.00, FiveRecord::counter},
}};
constexpr double kFeatureWrites = 0.03;
constexpr double kLoginReads = 0.25;
constexpr double kCartAdds = 0.65;
constexpr size_t kCartLeast = 1;  // items that stay; and at most so many are put in
constexpr size_t kCartMost = 6;
constexpr uint64_t kEpochSeconds = 1'747'327'200;  // last_login's first value

// What a draw about an operation decides.
enum Index : uint8_t { kWhich, kVerb, kHow };

double luck(uint64_t seed, OperationId operation, Index index) {
  // Another entity than those of the traffic over k1, k2, ...
  return draw_unit(seed, Stream::operation, {operation, 2}, index);
}

std::string writer_of(Endpoint client, OperationId operation) {
  return endpoint_name(client) + "." + std::to_string(operation_number(operation));
}

std::string login_at(uint64_t now_us) {
  const std::string micros = std::to_string(1'000'000 + now_us % 1'000'000).substr(1);
  return std::to_string(kEpochSeconds + now_us / 1'000'000) + "." + micros;
}

std::vector<std::string> items_of(std::string_view cart) {
  if (cart.starts_with('[')) cart.remove_prefix(1);
  if (cart.ends_with(']')) cart.remove_suffix(1);
  std::vector<std::string> items;
  while (!cart.empty()) {
    const size_t end = std::min(cart.find(", "), cart.size());
    items.emplace_back(cart.substr(0, end));
    cart.remove_prefix(std::min(end + 2, cart.size()));
  }
  return items;
}

// With a new item at the end, or without the oldest.
std::string changed_cart(std::string_view cart, bool wants_more, const std::string& item) {
  std::vector<std::string> items = items_of(cart);
  if (items.size() <= kCartLeast || (wants_more && items.size() < kCartMost)) {
    items.push_back(item);
  } else {
    items.erase(items.begin());
  }
  std::string text = "[";
  for (const std::string& one : items) text += (text.size() > 1 ? ", " : "") + one;
  return text + "]";
}

}  // namespace

const char* name_of(FiveRecord record) { return kKnown[static_cast<size_t>(record)].name; }

std::string_view key_of(FiveRecord record) { return kKnown[static_cast<size_t>(record)].key; }

std::string_view first_value_of(FiveRecord record) {
  return kKnown[static_cast<size_t>(record)].first_value;
}

uint64_t count_of(std::string_view value) {
  uint64_t count = 0;
  const char* end = value.data() + value.size();
  const auto parsed = std::from_chars(value.data(), end, count);
  return parsed.ec == std::errc() && parsed.ptr == end ? count : 0;
}

Request Turns::next(uint64_t seed, Endpoint client, OperationId operation, uint64_t now_us) {
  turns_.resize(kFiveRecords.size());
  Request request;
  request.operation = operation;
  request.client = client;
  const auto is_about = [&](FiveRecord record, Verb verb) {
    request.key = key_of(record);
    request.verb = verb;
  };
  // What is due comes before what is new.
  for (const FiveRecord record : kFiveRecords) {
    Turn& turn = turns_[static_cast<size_t>(record)];
    if (!turn.due) continue;
    turn.due = false;
    const std::string seen = std::exchange(turn.seen, {});
    is_about(record, record == FiveRecord::session ? Verb::get : Verb::put);
    if (record == FiveRecord::cart) {
      request.value = changed_cart(seen, luck(seed, operation, kHow) < kCartAdds,
                                   "sku-" + writer_of(client, operation));
    } else if (record == FiveRecord::counter) {
      request.value = std::to_string(count_of(seen) + 1);
    }
    return request;
  }

  FiveRecord record = FiveRecord::counter;
  const double which = luck(seed, operation, kWhich);
  for (size_t i = kMix.size(); i > 0; --i) {
    if (which < kMix[i - 1].first) record = kMix[i - 1].second;
  }
  // The session is c1's; who else would be there reads the flag once more.
  const bool owner = client == client_endpoint(0);
  if (record == FiveRecord::session && !owner) record = FiveRecord::feature;
  switch (record) {
    case FiveRecord::last_login:
      is_about(record, luck(seed, operation, kVerb) < kLoginReads ? Verb::get : Verb::put);
      if (request.verb == Verb::put) request.value = login_at(now_us);
      return request;
    case FiveRecord::feature:
      is_about(record, luck(seed, operation, kVerb) < kFeatureWrites ? Verb::put : Verb::get);
      if (request.verb == Verb::put) {
        request.value = (luck(seed, operation, kHow) < 0.5 ? "on by " : "off by ") +
                        writer_of(client, operation);
      }
      return request;
    case FiveRecord::session:
      is_about(record, Verb::put);
      request.value = "{uid:42,role:'rw',seen:" + std::to_string(operation_number(operation)) + "}";
      break;
    case FiveRecord::cart:
    case FiveRecord::counter:
      is_about(record, Verb::get);
      break;
  }
  // A turn of two calls; an older one of this record that still waits is forgotten.
  turns_[static_cast<size_t>(record)] = {operation, false, {}};
  return request;
}

void Turns::end(OperationId operation, bool answered, std::string_view value) {
  for (Turn& turn : turns_) {
    if (turn.first != operation) continue;
    turn.first = kNoOperation;
    turn.due = answered;
    if (answered) turn.seen = value;
  }
}

}  // namespace systemsim
