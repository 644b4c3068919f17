#include "cli/command.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iostream>

namespace systemsim::cli {

Result<std::optional<std::string>> Arguments::option(std::string_view name) {
  const auto options_end = std::find(words_.begin(), words_.end(), "--");
  const auto at = std::find(words_.begin(), options_end, name);
  if (at == options_end) return std::optional<std::string>();
  if (at + 1 == words_.end()) {
    return bad_input("", std::string(name) + ": missing; a value is expected after it");
  }
  std::optional<std::string> value = *(at + 1);
  taken_.emplace_back(name);
  words_.erase(at, at + 2);
  return value;
}

Result<std::optional<std::pair<std::string, std::string>>> Arguments::pair(std::string_view name) {
  using Both = std::optional<std::pair<std::string, std::string>>;
  const auto options_end = std::find(words_.begin(), words_.end(), "--");
  const auto at = std::find(words_.begin(), options_end, name);
  if (at == options_end) return Both();
  if (words_.end() - at < 3) {
    return bad_input("", std::string(name) + ": missing; two values are expected after it");
  }
  Both both = std::pair(*(at + 1), *(at + 2));
  taken_.emplace_back(name);
  words_.erase(at, at + 3);
  return both;
}

Result<std::optional<uint64_t>> Arguments::number(std::string_view name, uint64_t low,
                                                  uint64_t high) {
  auto text = option(name);
  if (!text) return text.error();
  if (!text.value()) return std::optional<uint64_t>();
  const std::string& digits = *text.value();
  uint64_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (problem != std::errc() || end != digits.data() + digits.size() || value < low ||
      value > high) {
    return bad_input("", std::string(name) + ": expected a whole number from " +
                             std::to_string(low) + " to " + std::to_string(high) + ", found \"" +
                             digits + "\"");
  }
  return std::optional<uint64_t>(value);
}

bool Arguments::flag(std::string_view name) {
  const auto options_end = std::find(words_.begin(), words_.end(), "--");
  const auto at = std::find(words_.begin(), options_end, name);
  if (at == options_end) return false;
  taken_.emplace_back(name);
  words_.erase(at);
  return true;
}

Result<std::vector<std::string>> Arguments::rest() {
  for (const std::string& word : words_) {
    if (word == "--") break;
    if (word.size() > 2 && word.starts_with("--")) {
      const bool twice = std::find(taken_.begin(), taken_.end(), word) != taken_.end();
      return bad_input("",
                       twice ? word + ": given twice; once is expected" : "unknown option " + word);
    }
  }
  const auto options_end = std::find(words_.begin(), words_.end(), "--");
  if (options_end != words_.end()) words_.erase(options_end);
  return words_;
}

Result<std::string> read_input(const std::string& path, size_t max_bytes) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return Error{ErrorCode::bad_input, "cannot open this file for reading", ""};
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string text;
  constexpr size_t kPiece = 1U << 16;
  while (text.size() <= max_bytes && in) {
    const size_t size = text.size();
    text.resize(size + kPiece);
    in.read(text.data() + size, kPiece);
    text.resize(size + static_cast<size_t>(in.gcount()));
  }
  // A folder can be opened, but not read.
  if (in.bad()) return Error{ErrorCode::internal, "reading this file failed", ""};
  return text;
}

int complain(const Error& error, std::string_view where) {
  std::string line = "systemsim: ";
  if (!where.empty()) line += std::string(where) + ": ";
  if (!error.path.empty()) line += error.path + ": ";
  std::fprintf(stderr, "%s%s\n", line.c_str(), error.message.c_str());
  return error.code == ErrorCode::internal ? kInternal : kBadInput;
}

}  // namespace systemsim::cli
