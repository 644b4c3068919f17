#include "sim/five_records.h"

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
constexpr size_t kCountDigits = 15;                // so that a count stays below 2^53
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

// "[a, b]" with a new item at the end, or without its oldest one.
std::string changed_cart(std::string_view seen, bool wants_more, const std::string& item) {
  const bool is_list = seen.size() >= 2 && seen.front() == '[' && seen.back() == ']';
  std::string cart(is_list ? seen : "[]");
  size_t items = cart.size() > 2 ? 1 : 0;
  for (size_t i = 1; i < cart.size(); ++i) {
    items += cart[i - 1] == ',' && cart[i] == ' ' ? 1 : 0;
  }
  if (items <= kCartLeast || (wants_more && items < kCartMost)) {
    cart.pop_back();
    if (items > 0) cart += ", ";
    cart += item;
    cart += ']';
  } else {
    cart.erase(1, cart.find(", ") + 1);
  }
  return cart;
}

}  // namespace

const char* name_of(FiveRecord record) { return kKnown[static_cast<size_t>(record)].name; }

std::string_view key_of(FiveRecord record) { return kKnown[static_cast<size_t>(record)].key; }

std::string_view first_value_of(FiveRecord record) {
  return kKnown[static_cast<size_t>(record)].first_value;
}

uint64_t count_of(std::string_view value) {
  if (value.size() > kCountDigits) return 0;
  uint64_t count = 0;
  for (const char digit : value) {
    if (digit < '0' || digit > '9') return 0;
    count = count * 10 + static_cast<uint64_t>(digit - '0');
  }
  return count;
}

Request Turns::next(uint64_t seed, Endpoint client, OperationId operation, uint64_t now_us,
                    bool conditional) {
  Request request;
  request.operation = operation;
  request.client = client;
  const auto is_about = [&](FiveRecord record, Verb verb) {
    request.key = key_of(record);
    request.verb = verb;
  };
  // What is due comes before what is new.
  for (size_t i = 0; i < kOfTwoCalls.size(); ++i) {
    Turn& turn = turns_[i];
    if (!turn.due) continue;
    const FiveRecord record = kOfTwoCalls[i];
    turn.due = false;
    const std::string seen = turn.seen;
    turn.seen.clear();
    is_about(record, record == FiveRecord::session ? Verb::get : Verb::put);
    if (record == FiveRecord::cart) {
      request.value = changed_cart(seen, luck(seed, operation, kHow) < kCartAdds,
                                   "sku-" + writer_of(client, operation));
    } else if (record == FiveRecord::counter) {
      request.value = std::to_string(count_of(seen) + 1);
    }
    if (conditional && request.verb == Verb::put) {
      request.verb = Verb::cas;
      if (!seen.empty()) request.expected = seen;
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
  for (size_t i = 0; i < kOfTwoCalls.size(); ++i) {
    if (kOfTwoCalls[i] == record) turns_[i] = {operation, false, {}};
  }
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
