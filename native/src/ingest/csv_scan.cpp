// Large texts are scanned in parts. A part is guessed to begin after some line feed, which may lie inside
// quotes. The first part begins right; each part tells where its last row really ended, so the next one's
// guess is known to be right or is scanned again from there.
#include "ingest/csv_scan.h"

#include <simdjson.h>

#include <algorithm>
#include <unordered_set>

#include "ingest/json_load.h"
#include "parallax/error.h"

namespace parallax {
namespace {

constexpr std::size_t kPartBytes = std::size_t{1} << 20;
constexpr std::size_t kLongestPart = 0x7fffffff;
constexpr std::size_t kMostShown = 120;  // of a line, in messages

/// The text of a field while it is scanned.
struct Span {
  const char* first;
  const char* last;
  bool escaped;
};

/// Reads one field, leaving `at` on the separator, the line feed or the end behind it.
Span scan_field(const char*& at, const char* end) noexcept {
  Span field{at, at, false};
  if (at != end && *at == '"') {
    for (++at; at != end; ++at) {
      if (*at != '"') continue;
      if (at + 1 == end || at[1] != '"') break;
      field.escaped = true;
      ++at;
    }
    const char* const closing = at;
    if (at != end) ++at;
    const bool clean =
        at == end || *at == ',' || *at == '\n' || (*at == '\r' && at + 1 != end && at[1] == '\n');
    if (clean && !field.escaped) {
      ++field.first;
      field.last = closing;
      if (at != end && *at == '\r') ++at;
      return field;
    }
    field.escaped = true;
  }
  while (at != end && *at != ',' && *at != '\n') ++at;
  field.last = at;
  if (at != end && *at == '\n' && field.last != field.first && field.last[-1] == '\r') --field.last;
  return field;
}

bool at_empty_line(const char* at, const char* end) noexcept {
  return *at == '\n' || (*at == '\r' && at + 1 != end && at[1] == '\n');
}

}  // namespace

/// A part, where it ended, and what stopped it.
struct CsvText::Scan {
  CsvPart part;
  std::size_t end = 0;
  std::size_t row_begin = 0;  // of the last row
  std::size_t row_fields = 0;
  bool ended_by_newline = false;
  bool ragged = false;
  bool too_long = false;
};

std::string_view CsvText::decode(std::string_view raw, std::string& scratch) {
  scratch.clear();
  std::size_t at = 1;  // after the opening quote
  while (at < raw.size()) {
    const std::size_t quote = std::min(raw.find('"', at), raw.size());
    scratch.append(raw, at, quote - at);
    at = quote + 1;
    if (at >= raw.size() || raw[at] != '"') break;  // closed: the rest is as it stands
    scratch += '"';
    ++at;
  }
  if (at < raw.size()) scratch.append(raw, at, raw.size() - at);
  return scratch;
}

CsvText::Scan CsvText::scan(std::size_t begin, std::size_t until, std::size_t columns) const {
  Scan out;
  out.part.begin = begin;
  const char* const base = text_.data() + begin;
  const char* const end = text_.data() + text_.size();
  const char* const stop = text_.data() + until;
  const char* at = base;
  out.part.fields.reserve((until - begin) / 6);
  while (at < stop && !out.ragged) {
    if (at_empty_line(at, end)) {
      at += *at == '\n' ? 1 : 2;
      continue;
    }
    out.row_begin = static_cast<std::size_t>(at - text_.data());
    out.row_fields = 0;
    for (bool more = true; more;) {
      const Span field = scan_field(at, end);
      if (static_cast<std::size_t>(at - base) > kLongestPart) {
        out.too_long = true;
        return out;
      }
      if (out.row_fields++ < columns) {
        out.part.fields.push_back({static_cast<std::uint32_t>(field.first - base),
                                   static_cast<std::uint32_t>(field.last - field.first) & 0x7fffffffu,
                                   field.escaped});
      }
      more = at != end && *at == ',';
      out.ended_by_newline = at != end && *at == '\n';
      if (at != end) ++at;
    }
    out.ragged = out.row_fields != columns;
    ++out.part.rows;
  }
  out.end = static_cast<std::size_t>(at - text_.data());
  return out;
}

/// Sets names_, returns where the rows begin.
std::size_t CsvText::read_header() {
  std::size_t begin = 0;
  while (begin < text_.size() && (text_[begin] == '\n' || text_[begin] == '\r')) ++begin;
  // One field too few: the scan counts them and stops after the row.
  Scan header = scan(begin, text_.size(), 0);
  if (header.too_long || header.row_fields == 0 || !header.ended_by_newline) {
    throw Error("CSV: a header line of column names, ended by a line feed, is needed");
  }
  names_.resize(header.row_fields);
  header = scan(begin, header.end, header.row_fields);
  std::unordered_set<std::string> taken;
  std::string scratch;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    names_[i] = text(header.part, 0, i, scratch);
    while (!taken.insert(names_[i]).second) names_[i] += '*';
  }
  return header.end;
}

CsvText::CsvText(std::string_view text, ThreadPool& pool) : text_(text) {
  if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  if (text_.empty()) throw Error("CSV: the text is empty; a header line of column names is needed");
  if (!simdjson::validate_utf8(text_)) throw Error("CSV: the text is not valid UTF-8");
  std::vector<std::size_t> bounds{read_header()};
  while (text_.size() - bounds.back() > 2 * kPartBytes) {
    const std::size_t feed = text_.find('\n', bounds.back() + kPartBytes);
    if (feed == std::string_view::npos) break;
    bounds.push_back(feed + 1);
  }
  bounds.push_back(text_.size());
  std::vector<Scan> scans(bounds.size() - 1);
  pool.parallel_for(scans.size(),
                    [&](std::size_t i) { scans[i] = scan(bounds[i], bounds[i + 1], names_.size()); });
  std::size_t begin = bounds[0];
  for (std::size_t i = 0; i < scans.size(); ++i) {
    Scan& part = scans[i];
    if (begin >= bounds[i + 1]) continue;  // a field of the part before reached past this one
    if (part.part.begin != begin) part = scan(begin, bounds[i + 1], names_.size());
    if (part.ragged || part.too_long) refuse(part);
    begin = part.end;
    rows_ += part.part.rows;
    if (part.part.rows > 0) parts_.push_back(std::move(part.part));
  }
  if (rows_ > kMostRows) throw Error("A table holds at most 2^32-2 rows");
}

std::size_t CsvText::line_at(std::size_t offset) const {
  return 1 + static_cast<std::size_t>(
                 std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

std::size_t CsvText::line(const CsvPart& part, std::size_t row) const {
  return line_at(part.begin + part.fields[row * names_.size()].offset);
}

void CsvText::refuse(const Scan& scan) const {
  const std::string where = "CSV line " + std::to_string(line_at(scan.row_begin));
  if (scan.too_long) throw Error(ErrorKind::resource_limit, where + ": the row is longer than 2 GB");
  std::string_view shown = text_.substr(scan.row_begin, scan.end - scan.row_begin);
  while (!shown.empty() && (shown.back() == '\n' || shown.back() == '\r')) shown.remove_suffix(1);
  std::size_t length = std::min(shown.size(), kMostShown);
  while (length < shown.size() && (static_cast<unsigned char>(shown[length]) & 0xC0) == 0x80) --length;
  throw Error(where + ": the header has " + std::to_string(names_.size()) + " columns, the row has " +
              std::to_string(scan.row_fields) + ": " + std::string(shown.substr(0, length)) +
              (length < shown.size() ? "…" : ""));
}

}  // namespace parallax
