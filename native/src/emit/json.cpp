#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "emit/emit.h"
#include "emit/pieces.h"
#include "storage/cell_text.h"

namespace parallax {
namespace {

/// One key of the output with its value in every row.
class Member {
 public:
  explicit Member(std::string_view name) {
    TextBuffer quoted;
    append_json_text(quoted, name);
    key_ = std::string(quoted.view()) + ':';
  }
  virtual ~Member() = default;
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;

  /// `"name":`
  [[nodiscard]] const std::string& key() const noexcept { return key_; }
  /// Values of rows [begin, end), with commas between.
  virtual void append_list(TextBuffer& out, std::size_t begin, std::size_t end) const = 0;

 private:
  std::string key_;
};

class CellMember final : public Member {
 public:
  CellMember(std::string_view name, const Column& column, TextForm form)
      : Member(name), text_(column, form, column.size()) {}
  void append_list(TextBuffer& out, std::size_t begin, std::size_t end) const override {
    text_.append_list(out, begin, end);
  }

 private:
  CellText text_;
};

/// A member whose values are lists themselves.
class ListMember : public Member {
 public:
  using Member::Member;
  void append_list(TextBuffer& out, std::size_t begin, std::size_t end) const final {
    for (std::size_t row = begin; row < end; ++row) {
      out.append(row == begin ? "[" : ",[");
      append_elements(out, row);
      out += ']';
    }
  }

 private:
  virtual void append_elements(TextBuffer& out, std::size_t row) const = 0;
};

class PathMember final : public ListMember {
 public:
  PathMember(std::string_view name, const ViewSlice& slice, TextForm form) : ListMember(name), slice_(slice) {
    levels_.reserve(slice.path.size());
    for (const Column& level : slice.path) levels_.emplace_back(level, form, slice.rows);
  }

 private:
  void append_elements(TextBuffer& out, std::size_t row) const override {
    const std::size_t depth = std::min<std::size_t>(slice_.depth[row], levels_.size());
    for (std::size_t level = 0; level < depth; ++level) {
      if (level > 0) out += ',';
      levels_[level].append(out, row);
    }
  }

  const ViewSlice& slice_;
  std::vector<CellText> levels_;
};

class IdMember final : public ListMember {
 public:
  IdMember(const Column& ids, TextForm form) : ListMember("__ID__"), text_(ids, form, ids.size()) {}

 private:
  void append_elements(TextBuffer& out, std::size_t row) const override { text_.append(out, row); }

  CellText text_;
};

class IndexMember final : public ListMember {
 public:
  IndexMember(const ViewSlice& slice, TextForm form)
      : ListMember("__INDEX__"),
        offsets_(slice.index_offsets),
        text_(*slice.index, form, slice.index->size()) {}

 private:
  void append_elements(TextBuffer& out, std::size_t row) const override {
    text_.append_list(out, offsets_[row], offsets_[row + 1]);
  }

  const std::vector<std::size_t>& offsets_;
  CellText text_;
};

using Members = std::vector<std::unique_ptr<Member>>;

/// Adds `__ID__` if asked for and there.
void add_id(Members& members, const ViewSlice& slice, const JsonOptions& options, TextForm form) {
  if (!options.id) return;
  if (slice.has_row_path) {
    members.push_back(std::make_unique<PathMember>("__ID__", slice, form));
  } else if (slice.ids) {
    members.push_back(std::make_unique<IdMember>(*slice.ids, form));
  }
}

void add_index(Members& members, const ViewSlice& slice, const JsonOptions& options, TextForm form) {
  if (options.index && slice.index) members.push_back(std::make_unique<IndexMember>(slice, form));
}

void add_columns(Members& members, const ViewSlice& slice, TextForm form) {
  for (std::size_t i = 0; i < slice.columns.size(); ++i) {
    members.push_back(std::make_unique<CellMember>(slice.names[i], slice.columns[i], form));
  }
}

TextForm text_form(const JsonOptions& options) noexcept {
  return options.formatted ? TextForm::json_formatted : TextForm::json;
}

void append_rows(TextBuffer& out, const ViewSlice& slice, const JsonOptions& options, char separator,
                 ThreadPool& pool) {
  const TextForm form = text_form(options);
  Members members;
  if (slice.has_row_path) members.push_back(std::make_unique<PathMember>("__ROW_PATH__", slice, form));
  add_id(members, slice, options, form);
  add_index(members, slice, options, form);
  add_columns(members, slice, form);
  if (members.empty() && !slice.bare_rows) return;

  const std::size_t cells_a_row = std::max<std::size_t>(members.size(), 1);
  const std::size_t rows_a_piece = std::max<std::size_t>(kPieceCells / cells_a_row, 1);
  const std::size_t pieces = (slice.rows + rows_a_piece - 1) / rows_a_piece;
  append_pieces(out, pieces, slice.rows * cells_a_row, pool, [&](TextBuffer& text, std::size_t piece) {
    const std::size_t end = std::min(slice.rows, (piece + 1) * rows_a_piece);
    for (std::size_t row = piece * rows_a_piece; row < end; ++row) {
      if (row > 0) text += separator;
      text += '{';
      for (std::size_t m = 0; m < members.size(); ++m) {
        if (m > 0) text += ',';
        text += members[m]->key();
        members[m]->append_list(text, row, row + 1);
      }
      text += '}';
    }
  });
}

}  // namespace

TextBuffer to_columns_json(const ViewSlice& slice, const JsonOptions& options, ThreadPool& pool) {
  const TextForm form = text_form(options);
  Members members;
  if (slice.has_row_path) {
    members.push_back(std::make_unique<PathMember>("__ROW_PATH__", slice, form));
    add_id(members, slice, options, form);
    add_columns(members, slice, form);
    add_index(members, slice, options, form);
  } else {
    add_columns(members, slice, form);
    add_index(members, slice, options, form);
    add_id(members, slice, options, form);
  }

  const std::size_t pieces_a_member = std::max<std::size_t>((slice.rows + kPieceCells - 1) / kPieceCells, 1);
  const std::size_t cells = slice.rows * members.size();
  TextBuffer out(kHeadroom);
  out += '{';
  append_pieces(out, members.size() * pieces_a_member, cells, pool, [&](TextBuffer& text, std::size_t piece) {
    const Member& member = *members[piece / pieces_a_member];
    const std::size_t begin = piece % pieces_a_member * kPieceCells;
    const std::size_t end = std::min(slice.rows, begin + kPieceCells);
    if (begin == 0) {
      if (piece > 0) text += ',';
      text += member.key();
      text += '[';
    } else {
      text += ',';
    }
    member.append_list(text, begin, end);
    if (end == slice.rows) text += ']';
  });
  out += '}';
  return out;
}

TextBuffer to_rows_json(const ViewSlice& slice, const JsonOptions& options, ThreadPool& pool) {
  TextBuffer out(kHeadroom);
  out += '[';
  append_rows(out, slice, options, ',', pool);
  out += ']';
  return out;
}

TextBuffer to_ndjson(const ViewSlice& slice, const JsonOptions& options, ThreadPool& pool) {
  TextBuffer out(kHeadroom);
  append_rows(out, slice, options, '\n', pool);
  return out;
}

}  // namespace parallax
