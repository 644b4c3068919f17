#include "check/history_reader.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/assert.h"
#include "check/edn.h"
#include "check/history_text.h"

namespace systemsim {
namespace {

constexpr std::array<const char*, 3> kFormatNames = {"edn", "jepsen-log", "json"};
constexpr std::array<const char*, 3> kModelNames = {"register", "cas-register", "kv"};

enum class Step : uint8_t { invoke, ok, fail, info };
constexpr std::array<const char*, 4> kSteps = {":invoke", ":ok", ":fail", ":info"};

struct Function {
  const char* name;
  Call::Kind kind;
  bool erases;
  bool of_keys;
};
constexpr std::array<Function, 7> kFunctions = {{
    {":read", Call::Kind::read, false, false},
    {":write", Call::Kind::write, false, false},
    {":cas", Call::Kind::cas, false, false},
    {":get", Call::Kind::read, false, true},
    {":put", Call::Kind::write, false, true},
    {":append", Call::Kind::append, false, true},
    {":delete", Call::Kind::write, true, true},
}};

template <class Names>
std::optional<size_t> index_in(const Names& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<size_t>(found - names.begin());
}

// One line of a history: an invocation or a completion. What is not there is null.
struct Entry {
  uint32_t line = 1;
  const Edn* process = nullptr;
  const Edn* type = nullptr;
  const Edn* f = nullptr;
  const Edn* key = nullptr;
  const Edn* value = nullptr;
};

bool is_nothing(const Edn* form) { return form == nullptr || form->type == Edn::Type::nil; }

// A value's text; nothing for nil, :absent and, where it counts as nothing, "".
std::optional<std::string> value_of(const Edn* form, bool empty_is_nothing) {
  if (is_nothing(form)) return std::nullopt;
  if (form->type == Edn::Type::keyword && form->text == ":absent") return std::nullopt;
  std::string text =
      form->type == Edn::Type::string ? bytes_of_text(form->text) : canonical_text(*form);
  if (empty_is_nothing && text.empty()) return std::nullopt;
  return text;
}

bool is_client(const Entry& entry) {
  return entry.process != nullptr && entry.process->type == Edn::Type::integer;
}

std::optional<Step> step_of(const Entry& entry) {
  if (entry.type == nullptr || entry.type->type != Edn::Type::keyword) return std::nullopt;
  const auto index = index_in(kSteps, entry.type->text);
  if (!index) return std::nullopt;
  return static_cast<Step>(*index);
}

const Function* function_of(const Entry& entry) {
  if (entry.f == nullptr || entry.f->type != Edn::Type::keyword) return nullptr;
  const auto found = std::find_if(kFunctions.begin(), kFunctions.end(),
                                  [&](const Function& f) { return entry.f->text == f.name; });
  return found == kFunctions.end() ? nullptr : found;
}

bool is_vector_of_two(const Edn& form) {
  return form.type == Edn::Type::vector && form.items.size() == 2;
}

// Whether it is a key and a value, as jepsen.independent writes them.
bool is_tuple(const Edn* value, bool of_cas) {
  return value != nullptr && is_vector_of_two(*value) && value_of(&value->items[0], false) &&
         (!of_cas || is_vector_of_two(value->items[1]));
}

// Whether the values of a history are tuples, all of them. A look at the text before it is read.
class TupleSearch {
 public:
  void take(const Entry& entry) {
    if (!is_client(entry)) return;
    if (!is_nothing(entry.key)) mixed_ = true;
    const auto step = step_of(entry);
    const Function* const function = function_of(entry);
    const bool of_cas = function != nullptr && function->kind == Call::Kind::cas;
    if (step == Step::invoke) {
      const bool fits = function != nullptr && !function->of_keys && is_tuple(entry.value, of_cas);
      (fits ? found_ : mixed_) = true;
    } else if (step == Step::ok && !is_nothing(entry.value)) {
      if (!is_tuple(entry.value, of_cas)) mixed_ = true;
    }
  }
  bool done() const { return mixed_; }
  static std::optional<Error> error() { return std::nullopt; }
  bool found() const { return found_ && !mixed_; }

 private:
  bool found_ = false;
  bool mixed_ = false;
};

// Puts invocations and completions together.
class Pairing {
 public:
  // `tuples`: values are pairs of a key and a value.
  Pairing(HistoryFormat format, const HistoryOptions& options, bool tuples)
      : is_log_(format == HistoryFormat::jepsen_log), tuples_(tuples), model_(options.model) {
    if (model_) result_.model = *model_;
  }

  void take(const Entry& entry);
  bool done() const { return error_.has_value(); }
  const std::optional<Error>& error() const { return error_; }
  ReadHistory finish(const std::optional<std::string>* initial);

 private:
  // What is known of a process.
  struct Process {
    std::optional<uint32_t> open;     // its call under way
    std::optional<uint32_t> session;  // into result_.processes; none after an :info
  };

  bool expected(uint32_t line, const std::string& what, const std::string& found) {
    if (!error_) {
      error_ =
          bad_input("", "line " + std::to_string(line) + ": expected " + what + ", found " + found);
    }
    return false;
  }
  bool expected(const Entry& entry, const std::string& what, const Edn* found) {
    return expected(entry.line, what, found == nullptr ? "none" : quoted(*found));
  }

  bool invoke(Entry entry, Process& process);
  bool complete(Entry entry, Step step, Process& process);
  bool find_function(const Entry& entry, const Function*& out);
  bool find_key(const Entry& entry, uint32_t& out);
  bool find_values(const Entry& entry, const Function& function, Call& out);
  bool same_call(const Entry& entry, uint32_t index);
  ValueId id_of(const Edn* form);

  const bool is_log_;
  const bool tuples_;
  std::optional<Model> model_;
  std::optional<bool> has_keys_;  // of a register's operations; as the first one says
  uint32_t first_line_ = 0;

  ReadHistory result_;
  std::vector<const Function*> functions_;  // by call
  std::vector<uint8_t> dropped_;            // by call: it did not happen
  std::map<std::string, Process, std::less<>> processes_;
  uint64_t events_ = 0;
  std::optional<Error> error_;
};

bool Pairing::find_function(const Entry& entry, const Function*& out) {
  const Function* const known = function_of(entry);
  const char* const names = !model_ ? ":read, :write, :cas, :get, :put, :append or :delete"
                            : *model_ == Model::kv  ? ":get, :put, :append or :delete"
                            : *model_ == Model::reg ? ":read or :write"
                                                    : ":read, :write or :cas";
  const bool fits =
      known != nullptr && (!model_ || (known->of_keys == (*model_ == Model::kv) &&
                                       (*model_ != Model::reg || known->kind != Call::Kind::cas)));
  if (!fits) {
    const std::string of = model_ ? " (the model is " + std::string(name_of(*model_)) + ")" : "";
    return expected(entry, std::string(names) + " as :f" + of, entry.f);
  }
  out = known;
  return true;
}

bool Pairing::find_key(const Entry& entry, uint32_t& out) {
  const bool has_key = !is_nothing(entry.key);
  if (result_.model == Model::kv && !has_key) return expected(entry, "a :key", entry.key);
  if (!has_keys_) {
    has_keys_ = has_key;
    first_line_ = entry.line;
  }
  if (has_key != *has_keys_) {
    const std::string first = std::to_string(first_line_);
    return has_key ? expected(entry, "no :key, as in line " + first, entry.key)
                   : expected(entry, "a :key, as in line " + first, entry.key);
  }
  const auto name = has_key ? value_of(entry.key, false) : std::string();
  if (!name) return expected(entry, "a :key", entry.key);
  out = result_.history.key(*name);
  return true;
}

ValueId Pairing::id_of(const Edn* form) {
  const auto text = value_of(form, result_.model == Model::kv);
  return text ? result_.history.values.of(*text) : kAbsent;
}

bool Pairing::find_values(const Entry& entry, const Function& function, Call& out) {
  if (function.kind == Call::Kind::read || function.erases) return true;
  if (entry.value == nullptr) return expected(entry, "a :value", nullptr);
  if (function.kind != Call::Kind::cas) {
    out.value = id_of(entry.value);
    return true;
  }
  const bool pair =
      (entry.value->type == Edn::Type::vector || entry.value->type == Edn::Type::list) &&
      entry.value->items.size() == 2;
  if (!pair) return expected(entry, "a pair [expected new] as :value", entry.value);
  out.expected = id_of(&entry.value->items[0]);
  out.value = id_of(&entry.value->items[1]);
  return true;
}

// Takes a tuple apart.
void untie(Entry& entry) {
  entry.key = &entry.value->items[0];
  entry.value = &entry.value->items[1];
}

bool Pairing::invoke(Entry entry, Process& process) {
  if (process.open) {
    const uint32_t line = result_.history.calls[*process.open].source;
    return expected(entry.line,
                    "an answer to what process " + canonical_text(*entry.process) +
                        " asked in line " + std::to_string(line),
                    "another call");
  }
  if (result_.history.calls.size() >= HistoryLimits::kCalls) {
    error_ = Error{ErrorCode::limit,
                   "line " + std::to_string(entry.line) + ": expected at most " +
                       std::to_string(HistoryLimits::kCalls) + " calls, found more",
                   ""};
    return false;
  }
  const Function* function = nullptr;
  Call call;
  if (!find_function(entry, function)) return false;
  if (!model_) {
    // The first operation says whether there are keys; any :cas, that there are conditional writes.
    if (result_.history.calls.empty()) {
      result_.model = function->of_keys ? Model::kv : Model::reg;
    } else if (function->of_keys != (result_.model == Model::kv)) {
      return expected(entry,
                      result_.model == Model::kv ? ":get, :put, :append or :delete as :f, as before"
                                                 : ":read, :write or :cas as :f, as before",
                      entry.f);
    }
    if (function->kind == Call::Kind::cas) result_.model = Model::cas_register;
  }
  if (tuples_ && is_tuple(entry.value, function->kind == Call::Kind::cas)) untie(entry);
  if (!find_key(entry, call.key) || !find_values(entry, *function, call)) return false;
  call.kind = function->kind;
  call.fate = Call::Fate::unknown;
  call.any = call.kind == Call::Kind::read;
  if (!process.session) {
    process.session = static_cast<uint32_t>(result_.processes.size());
    result_.processes.push_back(canonical_text(*entry.process));
  }
  call.process = *process.session;
  call.begin = events_++;
  call.source = entry.line;
  process.open = static_cast<uint32_t>(result_.history.calls.size());
  result_.history.calls.push_back(call);
  functions_.push_back(function);
  dropped_.push_back(0);
  return true;
}

// Whether what a completion says again of its call is what the invocation said.
bool Pairing::same_call(const Entry& entry, uint32_t index) {
  const Call& call = result_.history.calls[index];
  const std::string as_in = ", as in line " + std::to_string(call.source);
  const Function& function = *functions_[index];
  if (entry.f != nullptr &&
      (entry.f->type != Edn::Type::keyword || entry.f->text != function.name)) {
    return expected(entry, std::string(function.name) + " as :f" + as_in, entry.f);
  }
  if (!is_nothing(entry.key)) {
    const auto name = value_of(entry.key, false);
    if (!name || !*has_keys_ || result_.history.keys[call.key].name != *name) {
      return expected(entry, "the :key" + as_in, entry.key);
    }
  }
  return true;
}

bool Pairing::complete(Entry entry, Step step, Process& process) {
  if (!process.open) {
    if (step == Step::info) return true;
    return expected(entry.line,
                    "an :invoke, as process " + canonical_text(*entry.process) + " has no call",
                    kSteps[static_cast<size_t>(step)]);
  }
  const uint32_t index = *process.open;
  const Function& function = *functions_[index];
  Call& call = result_.history.calls[index];
  if (tuples_ && is_tuple(entry.value, call.kind == Call::Kind::cas)) {
    // Another pair with what is not :ok is a word about the error.
    const std::string& key = result_.history.keys[call.key].name;
    if (step == Step::ok || value_of(&entry.value->items[0], false) == key) untie(entry);
  }
  if (!same_call(entry, index)) return false;
  process.open.reset();
  if (step == Step::info) {
    process.session.reset();
    return true;
  }
  const bool has_pair = call.kind == Call::Kind::cas && !is_nothing(entry.value) &&
                        entry.value->type != Edn::Type::keyword;
  const bool refused = step == Step::fail && is_log_ && has_pair;
  if (step == Step::fail && is_log_ && call.kind == Call::Kind::read) {
    call.any = true;
    call.value = kAbsent;
  } else if (step == Step::fail && !refused) {
    dropped_[index] = 1;
    return true;
  } else if (call.kind == Call::Kind::read) {
    const bool nil_is_nothing = is_log_ || result_.model == Model::kv;
    call.any = is_nothing(entry.value) && !nil_is_nothing;
    call.value = id_of(entry.value);
  } else if (!is_nothing(entry.value)) {
    Call said;
    if (!find_values(entry, function, said)) return false;
    if (said.value != call.value || said.expected != call.expected) {
      return expected(entry, "the :value of line " + std::to_string(call.source), entry.value);
    }
  }
  call.fate = refused ? Call::Fate::refused : Call::Fate::ok;
  call.end = events_++;
  return true;
}

void Pairing::take(const Entry& entry) {
  const auto step = step_of(entry);
  if (entry.process == nullptr) {
    expected(entry, "a :process", nullptr);
  } else if (!step) {
    expected(entry, ":invoke, :ok, :fail or :info as :type", entry.type);
  } else if (is_client(entry)) {
    Process& process = processes_[entry.process->text];
    *step == Step::invoke ? invoke(entry, process) : complete(entry, *step, process);
  }
}

// `initial`: null for the default.
ReadHistory Pairing::finish(const std::optional<std::string>* initial) {
  CallHistory& history = result_.history;
  size_t kept = 0;
  for (size_t i = 0; i < history.calls.size(); ++i) {
    const Call& call = history.calls[i];
    const bool silent = call.kind == Call::Kind::read && call.fate == Call::Fate::unknown;
    if (!silent && dropped_[i] == 0) history.calls[kept++] = call;
  }
  history.calls.resize(kept);
  std::optional<std::string> first;
  if (initial != nullptr) {
    first = *initial;
  } else if (!is_log_ && result_.model != Model::kv) {
    first = "0";
  }
  if (first && result_.model == Model::kv && first->empty()) first.reset();
  const ValueId id = first ? history.values.of(*first) : kAbsent;
  for (CallHistory::Key& key : history.keys) key.initial = id;
  return std::move(result_);
}

// The readers give each line to `taker`, until it is done.
template <class Taker>
std::optional<Error> read_edn(std::string_view text, Taker& taker) {
  EdnReader reader(text);
  if (auto entered = reader.enter(); !entered) return entered.error();
  for (;;) {
    auto next = reader.next();
    if (!next) return next.error();
    if (!next.value()) return std::nullopt;
    const Edn* form = &*next.value();
    // Jepsen writes its operations as records: #jepsen.history.Op{...}.
    while (form->type == Edn::Type::tagged) form = &form->items.front();
    if (form->type != Edn::Type::map) {
      return bad_input("", "line " + std::to_string(form->line) +
                               ": expected a map with :process, :type and :f, found " +
                               quoted(*form));
    }
    Entry entry;
    entry.line = form->line;
    entry.process = form->find(":process");
    entry.type = form->find(":type");
    entry.f = form->find(":f");
    entry.key = form->find(":key");
    entry.value = form->find(":value");
    taker.take(entry);
    if (taker.done()) return taker.error();
  }
}

// Takes what stands before the next blank, and the blanks.
std::string_view take_word(std::string_view& line) {
  constexpr std::string_view kBlanks = " \t\r";
  const size_t end = std::min(line.find_first_of(kBlanks), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks, end), line.size()));
  return word;
}

template <class Taker>
std::optional<Error> read_log_line(std::string_view line, uint32_t number, Taker& taker) {
  std::string_view rest = line;
  const std::string_view level = take_word(rest);
  const std::string_view logger = take_word(rest);
  const std::string_view dash = take_word(rest);
  const bool capitals = !level.empty() && std::all_of(level.begin(), level.end(),
                                                      [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!capitals || logger.empty() || dash != "-") {
    return bad_input("", "line " + std::to_string(number) +
                             ": expected a log line such as \"INFO  jepsen.util - 0 :invoke :read "
                             "nil\", found " +
                             quoted(line));
  }
  if (logger != "jepsen.util") return std::nullopt;
  EdnReader reader(rest, number);
  std::array<std::optional<Edn>, 4> forms;
  for (auto& form : forms) {
    auto next = reader.next();
    if (!next) return next.error();
    if (!next.value()) break;
    form = std::move(*next.value());
  }
  Entry entry;
  entry.line = number;
  entry.process = forms[0] ? &*forms[0] : nullptr;
  entry.type = forms[1] ? &*forms[1] : nullptr;
  entry.f = forms[2] ? &*forms[2] : nullptr;
  entry.value = forms[3] ? &*forms[3] : nullptr;
  // After the value of a :fail or an :info there may be an error, which is any text.
  const auto step = step_of(entry);
  if (is_client(entry) && (step == Step::invoke || step == Step::ok)) {
    const auto more = reader.next();
    if (!more) return more.error();
    if (more.value()) {
      return bad_input("", "line " + std::to_string(number) +
                               ": expected the end of the line after the value, found " +
                               quoted(*more.value()));
    }
  }
  taker.take(entry);
  return taker.error();
}

template <class Taker>
std::optional<Error> read_log(std::string_view text, Taker& taker) {
  uint32_t number = 0;
  while (!text.empty() && !taker.done()) {
    ++number;
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (auto error = read_log_line(line, number, taker)) return error;
  }
  return std::nullopt;
}

template <class Taker>
std::optional<Error> read_lines(std::string_view text, HistoryFormat format, Taker& taker) {
  return format == HistoryFormat::edn ? read_edn(text, taker) : read_log(text, taker);
}

// Without the mark that some editors put in front of UTF-8.
std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return text;
}

}  // namespace

const char* name_of(HistoryFormat format) { return kFormatNames[static_cast<size_t>(format)]; }

std::optional<HistoryFormat> format_from_name(std::string_view name) {
  const auto index = index_in(kFormatNames, name);
  if (!index) return std::nullopt;
  return static_cast<HistoryFormat>(*index);
}

const char* name_of(Model model) { return kModelNames[static_cast<size_t>(model)]; }

std::optional<Model> model_from_name(std::string_view name) {
  const auto index = index_in(kModelNames, name);
  if (!index) return std::nullopt;
  return static_cast<Model>(*index);
}

HistoryFormat detect_format(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  text = without_mark(text);
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  if (text.empty()) return HistoryFormat::edn;
  constexpr std::string_view kOfEdn = "{[(;#,";
  if (kOfEdn.find(text.front()) == std::string_view::npos) return HistoryFormat::jepsen_log;
  if (text.front() != '{') return HistoryFormat::edn;
  const size_t following = text.find_first_not_of(kBlanks, 1);
  const bool quote = following != std::string_view::npos && text[following] == '"';
  return quote ? HistoryFormat::json : HistoryFormat::edn;
}

Result<std::optional<std::string>> read_initial(const std::string& text) {
  EdnReader reader(text);
  const auto form = reader.next();
  if (form.ok() && form.value()) {
    const auto more = reader.next();
    if (more.ok() && !more.value()) return value_of(&*form.value(), false);
  }
  return bad_input("", "expected one first value as EDN, such as 0 or nil, found " +
                           quoted(std::string_view(text)));
}

Result<ReadHistory> read_history(std::string_view text, HistoryFormat format,
                                 const HistoryOptions& options) {
  SYSTEMSIM_ASSERT(format != HistoryFormat::json);
  if (text.size() > HistoryLimits::kTextBytes) {
    return Error{ErrorCode::limit,
                 "a history of " + std::to_string(text.size()) + " bytes; the most is " +
                     std::to_string(HistoryLimits::kTextBytes),
                 ""};
  }
  std::optional<std::string> initial;
  if (options.initial) {
    auto read = read_initial(*options.initial);
    if (!read) return read.error();
    initial = std::move(read).value();
  }
  text = without_mark(text);
  // Most texts show with their first line that they have no tuples. What is malformed is found
  // again below.
  TupleSearch search;
  (void)read_lines(text, format, search);
  Pairing pairing(format, options, search.found());
  if (const auto error = read_lines(text, format, pairing)) return *error;
  return pairing.finish(options.initial ? &initial : nullptr);
}

}  // namespace systemsim
