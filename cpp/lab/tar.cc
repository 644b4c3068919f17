#include "lab/tar.h"

#include <algorithm>

#include "base/assert.h"

namespace systemsim {
namespace {

constexpr size_t kTarBlock = 512;
constexpr size_t kNameBytes = 100;

// Octal digits that fill a field but for the zero at its end.
void put_octal(char* field, size_t bytes, uint64_t number) {
  for (size_t i = bytes - 1; i-- > 0; number >>= 3)
    field[i] = static_cast<char>('0' + (number & 7));
}

std::string header_of(const std::string& name, uint64_t size_bytes) {
  SYSTEMSIM_ASSERT(name.size() < kNameBytes);
  std::string header(kTarBlock, '\0');
  std::copy(name.begin(), name.end(), header.begin());
  put_octal(header.data() + 100, 8, 0644);  // mode
  put_octal(header.data() + 108, 8, 0);     // user
  put_octal(header.data() + 116, 8, 0);     // group
  put_octal(header.data() + 124, 12, size_bytes);
  put_octal(header.data() + 136, 12, 0);  // time
  std::fill_n(header.begin() + 148, 8, ' ');
  header[156] = '0';  // a plain file
  constexpr std::string_view kMagic(
      "ustar\0"
      "00",
      8);
  std::copy(kMagic.begin(), kMagic.end(), header.begin() + 257);
  uint64_t sum = 0;
  for (const char byte : header) sum += static_cast<uint8_t>(byte);
  put_octal(header.data() + 148, 7, sum);
  header[154] = '\0';
  return header;
}

}  // namespace

Result<std::string> tar_of(store::Env& env, const std::string& directory) {
  auto names = env.list();
  if (!names) return names.error();
  std::string archive;
  for (const std::string& name : names.value()) {
    auto file = env.read(name);
    if (!file) return file.error();
    const std::string_view bytes = file.value().bytes;
    std::string path = directory;
    path += '/';
    path += name;
    archive += header_of(path, bytes.size());
    archive += bytes;
    archive.resize((archive.size() + kTarBlock - 1) / kTarBlock * kTarBlock);
  }
  archive.resize(archive.size() + 2 * kTarBlock);  // its end
  return archive;
}

std::string to_base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    uint32_t word = 0;
    for (size_t j = 0; j < 3; ++j) {
      word = word << 8 | (j < count ? static_cast<uint8_t>(bytes[i + j]) : 0U);
    }
    for (size_t j = 0; j < 4; ++j) {
      text.push_back(j <= count ? kDigits[word >> (18 - 6 * j) & 63U] : '=');
    }
  }
  return text;
}

}  // namespace systemsim
