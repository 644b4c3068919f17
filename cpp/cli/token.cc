// systemsim token [--hex] KEY...
#include <cstdio>

#include "base/bytes.h"
#include "base/murmur3.h"
#include "cli/command.h"

namespace systemsim::cli {

int token(Arguments arguments) {
  const bool hex = arguments.flag("--hex");
  auto keys = arguments.rest();
  if (!keys) return complain(keys.error());
  if (keys.value().empty()) return complain(bad_input("", "token: expected at least one key"));
  std::string lines;
  for (const std::string& word : keys.value()) {
    const auto key = hex ? from_hex(word) : std::optional<std::string>(word);
    if (!key) {
      return complain(
          bad_input("", "token: expected pairs of hexadecimal digits, found \"" + word + "\""));
    }
    lines += std::to_string(token_of(*key)) + "\n";
  }
  std::fputs(lines.c_str(), stdout);
  return kDone;
}

}  // namespace systemsim::cli
