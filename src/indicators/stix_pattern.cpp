// SPDX-License-Identifier: Apache-2.0
// Read: `[comparison]` with = IN LIKE MATCHES ISSUBSET, AND and OR between comparisons, OR between observations.
// Refused by name: AND and FOLLOWEDBY between observations, qualifiers, NOT, !=, <, >, ISSUPERSET, EXISTS: they
// speak of the whole case or of absence, which one record cannot answer.
#include "indicators/stix_pattern.h"

#include <optional>

#include "base/limits.h"
#include "base/text.h"

namespace bridle {
namespace {

/// A comparison as parsed, or the reason why it is of no use.
struct Term {
  std::optional<StixComparison> comparison;
  std::string unsupported;
};
using Product = std::vector<Term>;
using Sum = std::vector<Product>;

struct Token {
  enum Kind : std::uint8_t { end, word, text, other_literal, symbol } kind = end;
  std::string value;  // of text: unescaped; of a word: as written
  std::size_t offset = 0;
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+';
}

class Parser {
 public:
  explicit Parser(std::string_view pattern) : pattern_(pattern) {}
  Result<StixPattern> parse();

 private:
  Result<> advance();
  Result<> advance_text(char quote);
  bool is_symbol(std::string_view symbol) const { return token_.kind == Token::symbol && token_.value == symbol; }
  bool is_keyword(std::string_view keyword) const {
    return token_.kind == Token::word && equal_ignoring_case(token_.value, keyword);
  }
  std::unexpected<Error> error(std::string what) const {
    return fail(Errc::malformed, std::move(what), {}, token_.offset);
  }
  std::unexpected<Error> unsupported(std::string what) const {
    return fail(Errc::unsupported, std::move(what), {}, token_.offset);
  }
  Result<> expect(std::string_view symbol);

  Result<Sum> observations(std::size_t depth);
  Result<Sum> observation(std::size_t depth);
  Result<> no_qualifier();
  Result<Sum> any_of(std::size_t depth);
  Result<Sum> all_of(std::size_t depth);
  Result<Sum> comparison(std::size_t depth);
  Result<std::string> object_path();
  Result<Sum> operator_and_values(const std::string& path);
  Result<Token> literal();

  std::string_view pattern_;
  std::size_t at_ = 0;
  Token token_;
};

// --- tokens

Result<> Parser::advance() {
  while (at_ < pattern_.size() && std::string_view(" \t\r\n").find(pattern_[at_]) != std::string_view::npos) ++at_;
  token_ = {Token::end, {}, at_};
  if (at_ == pattern_.size()) return {};
  const char c = pattern_[at_];
  const bool has_next = at_ + 1 < pattern_.size();
  if (c == '\'') return advance_text('\'');
  if (c == '"') return advance_text('"');
  if (has_next && pattern_[at_ + 1] == '\'' && (c == 't' || c == 'h' || c == 'b')) {  // t'2020-...', h'ffff', b'AAA='
    ++at_;
    if (const auto ok = advance_text('\''); !ok) return ok;
    token_.kind = Token::other_literal;
    return {};
  }
  if (is_word(c)) {
    const std::size_t begin = at_;
    while (at_ < pattern_.size() && is_word(pattern_[at_])) ++at_;
    token_.kind = Token::word;
    token_.value = pattern_.substr(begin, at_ - begin);
    return {};
  }
  const std::string_view two = pattern_.substr(at_, 2);
  token_.kind = Token::symbol;
  token_.value = two == "!=" || two == "<>" || two == "<=" || two == ">=" || two == "==" ? two : two.substr(0, 1);
  at_ += token_.value.size();
  return {};
}

Result<> Parser::advance_text(char quote) {
  token_.kind = Token::text;
  for (++at_; at_ < pattern_.size(); ++at_) {
    if (pattern_[at_] == quote) {
      ++at_;
      return {};
    }
    if (pattern_[at_] == '\\' && at_ + 1 < pattern_.size()) ++at_;
    token_.value += pattern_[at_];
  }
  return error("text is not closed");
}

Result<> Parser::expect(std::string_view symbol) {
  if (!is_symbol(symbol)) return error("pattern lacks a " + std::string(symbol));
  return advance();
}

// --- sums of products

/// `left AND right`, spread over both sums.
Result<Sum> multiplied(const Sum& left, const Sum& right) {
  Sum out;
  std::size_t terms = 0;
  for (const Product& a : left)
    for (const Product& b : right) {
      terms += a.size() + b.size();
      if (terms > limits::kPatternParts) return fail(Errc::limit, "pattern has too many alternatives");
      out.push_back(a);
      out.back().insert(out.back().end(), b.begin(), b.end());
    }
  return out;
}

Result<> append(Sum& to, Sum from) {
  if (to.size() + from.size() > limits::kPatternAlternatives)
    return fail(Errc::limit, "pattern has too many alternatives");
  for (Product& p : from) to.push_back(std::move(p));
  return {};
}

// --- observations

Result<Sum> Parser::observations(std::size_t depth) {
  if (depth > limits::kPatternDepth) return fail(Errc::limit, "pattern is nested too deep");
  auto out = observation(depth);
  while (out && token_.kind == Token::word) {
    if (!is_keyword("OR")) {
      if (is_keyword("AND") || is_keyword("FOLLOWEDBY")) return unsupported(token_.value + " between observations");
      return error("pattern goes on with an unknown word");
    }
    if (const auto ok = advance(); !ok) return fail(ok.error());
    auto more = observation(depth);
    if (!more) return more;
    if (const auto ok = append(*out, std::move(*more)); !ok) return fail(ok.error());
  }
  return out;
}

Result<Sum> Parser::observation(std::size_t depth) {
  const bool nested = is_symbol("(");
  if (!nested && !is_symbol("[")) return error("pattern lacks a [");
  if (const auto ok = advance(); !ok) return fail(ok.error());
  auto out = nested ? observations(depth + 1) : any_of(depth + 1);
  if (!out) return out;
  if (const auto ok = expect(nested ? ")" : "]"); !ok) return fail(ok.error());
  if (const auto ok = no_qualifier(); !ok) return fail(ok.error());
  return out;
}

Result<> Parser::no_qualifier() {
  for (const std::string_view qualifier : {"WITHIN", "REPEATS", "START", "STOP"})
    if (is_keyword(qualifier)) return unsupported("qualifier " + std::string(qualifier));
  return {};
}

// --- comparisons

Result<Sum> Parser::any_of(std::size_t depth) {
  if (depth > limits::kPatternDepth) return fail(Errc::limit, "pattern is nested too deep");
  auto out = all_of(depth);
  while (out && is_keyword("OR")) {
    if (const auto ok = advance(); !ok) return fail(ok.error());
    auto more = all_of(depth);
    if (!more) return more;
    if (const auto ok = append(*out, std::move(*more)); !ok) return fail(ok.error());
  }
  return out;
}

Result<Sum> Parser::all_of(std::size_t depth) {
  auto out = comparison(depth);
  while (out && is_keyword("AND")) {
    if (const auto ok = advance(); !ok) return fail(ok.error());
    const auto more = comparison(depth);
    if (!more) return more;
    out = multiplied(*out, *more);
  }
  return out;
}

Result<Sum> Parser::comparison(std::size_t depth) {
  if (is_symbol("(")) {
    if (const auto ok = advance(); !ok) return fail(ok.error());
    auto out = any_of(depth + 1);
    if (!out) return out;
    if (const auto ok = expect(")"); !ok) return fail(ok.error());
    return out;
  }
  if (is_keyword("EXISTS")) return unsupported("operator EXISTS");
  if (is_keyword("NOT")) return unsupported("operator NOT");
  const auto path = object_path();
  if (!path) return fail(path.error());
  return operator_and_values(*path);
}

/// "file:hashes.'SHA-256'" becomes "file:hashes.sha-256".
Result<std::string> Parser::object_path() {
  if (token_.kind != Token::word) return error("pattern lacks an object path");
  std::string out;
  for (bool component = true;; component = !component) {
    if (component) {
      if (token_.kind != Token::word && token_.kind != Token::text) return error("object path is not whole");
      out += ascii_lower(token_.value);
    } else if (is_symbol(":") || is_symbol(".")) {
      out += token_.value;
    } else if (is_symbol("[")) {  // an index, or * for any
      if (const auto ok = advance(); !ok) return fail(ok.error());
      out += "[" + token_.value + "]";
      if (const auto ok = advance(); !ok) return fail(ok.error());
      if (!is_symbol("]")) return error("index is not closed");
      component = true;
    } else {
      return out;
    }
    if (out.size() > limits::kIndicatorValueBytes) return fail(Errc::limit, "object path is too long");
    if (const auto ok = advance(); !ok) return fail(ok.error());
  }
}

/// The kind of indicator an object path stands for. The app, configuration-profile, android-property and phone-number
/// objects are not of the standard; the public sets about phones use them.
std::optional<IndicatorKind> kind_of_path(std::string_view path) {
  struct Known {
    std::string_view path;
    IndicatorKind kind;
  };
  static constexpr Known kKnown[] = {
      {"domain-name:value", IndicatorKind::domain},
      {"hostname:value", IndicatorKind::domain},
      {"url:value", IndicatorKind::url},
      {"ipv4-addr:value", IndicatorKind::ip},
      {"ipv6-addr:value", IndicatorKind::ip},
      {"network-traffic:src_ref.value", IndicatorKind::ip},
      {"network-traffic:dst_ref.value", IndicatorKind::ip},
      {"email-addr:value", IndicatorKind::email},
      {"email-message:from_ref.value", IndicatorKind::email},
      {"email-message:sender_ref.value", IndicatorKind::email},
      {"phone-number:value", IndicatorKind::phone},
      {"process:name", IndicatorKind::process},
      {"process:image_ref.name", IndicatorKind::process},
      {"process:binary_ref.name", IndicatorKind::process},
      {"file:name", IndicatorKind::file_name},
      {"file:path", IndicatorKind::file_path},
      {"directory:path", IndicatorKind::file_path},
      {"app:id", IndicatorKind::app_id},
      {"configuration-profile:id", IndicatorKind::profile_id},
      {"android-property:name", IndicatorKind::android_property},
  };
  for (const Known& known : kKnown)
    if (known.path == path) return known.kind;
  for (const std::string_view hashes : {"file:hashes.", "artifact:hashes."})
    if (path.starts_with(hashes)) return IndicatorKind::hash;
  for (const std::string_view hashes : {"x509-certificate:hashes.", "app:cert."})
    if (path.starts_with(hashes)) return IndicatorKind::certificate_hash;
  return std::nullopt;
}

Result<Token> Parser::literal() {
  Token out = token_;
  if (out.kind == Token::symbol || out.kind == Token::end) return error("pattern lacks a value");
  if (const auto ok = advance(); !ok) return fail(ok.error());
  return out;
}

Result<Sum> Parser::operator_and_values(const std::string& path) {
  if (is_keyword("NOT")) return unsupported("operator NOT");
  const std::string op = token_.value;
  for (const std::string_view refused : {"!=", "<>", "<", ">", "<=", ">=", "ISSUPERSET", "EXISTS"})
    if (equal_ignoring_case(op, refused)) return unsupported("operator " + std::string(refused));
  const bool in = is_keyword("IN"), like = is_keyword("LIKE"), matches = is_keyword("MATCHES"),
             subset = is_keyword("ISSUBSET");
  if (!in && !like && !matches && !subset && !is_symbol("=") && !is_symbol("=="))
    return error("pattern lacks an operator");
  const Comparison how = like ? Comparison::like : matches ? Comparison::regex : Comparison::equal;
  if (const auto ok = advance(); !ok) return fail(ok.error());

  std::vector<Token> values;
  if (in)
    if (const auto ok = expect("("); !ok) return fail(ok.error());
  do {
    if (!values.empty())
      if (const auto ok = advance(); !ok) return fail(ok.error());
    auto value = literal();
    if (!value) return fail(value.error());
    values.push_back(std::move(*value));
    if (values.size() > limits::kPatternAlternatives) return fail(Errc::limit, "pattern has too many alternatives");
  } while (in && is_symbol(","));
  if (in)
    if (const auto ok = expect(")"); !ok) return fail(ok.error());

  Sum out;
  const auto kind = kind_of_path(path);
  for (Token& value : values) {
    Term term;
    if (value.value.size() > limits::kIndicatorValueBytes)
      term.unsupported = "value is too long";
    else if (!kind)
      term.unsupported = "object path " + path;
    else if (subset && *kind != IndicatorKind::ip)
      term.unsupported = "operator ISSUBSET on " + path;
    else if (value.kind != Token::text)
      term.unsupported = "value that is not text";
    else
      term.comparison = StixComparison{*kind, how, std::move(value.value)};
    out.push_back({std::move(term)});
  }
  return out;
}

Result<StixPattern> Parser::parse() {
  if (const auto ok = advance(); !ok) return fail(ok.error());
  auto sum = observations(0);
  if (!sum) return fail(sum.error());
  if (token_.kind != Token::end) return error("pattern goes on after its end");
  StixPattern out;
  for (Product& product : *sum) {
    StixAlternative alternative;
    std::string reason;
    for (Term& term : product) {
      if (term.comparison)
        alternative.push_back(std::move(*term.comparison));
      else if (reason.empty())
        reason = term.unsupported;
    }
    if (reason.empty())
      out.alternatives.push_back(std::move(alternative));
    else
      out.unsupported.push_back(std::move(reason));
  }
  return out;
}

}  // namespace

Result<StixPattern> parse_stix_pattern(std::string_view pattern) {
  if (pattern.size() > limits::kPatternBytes) return fail(Errc::limit, "pattern is too long");
  return Parser(pattern).parse();
}

}  // namespace bridle
