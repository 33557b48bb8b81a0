#include "ingest/arrow_list_text.h"

#include <memory>

#include "ingest/arrow_cells.h"
#include "parallax/error.h"
#include "storage/cell_text.h"

namespace parallax {
namespace {

/// Writes the elements of one array as JSON.
class ElementText {
 public:
  ElementText(const ArrowArray& array, const std::string& name, ThreadPool& pool) : array_(array) {
    const ArrowField& field = *array.field;
    if (is_list(field) || is_struct(field)) {
      for (const auto& child : array.children) {
        children_.push_back(std::make_unique<ElementText>(child, name, pool));
      }
      return;
    }
    const auto storage = natural_storage(field);
    if (!storage) {
      throw Error("Arrow: column \"" + name + "\": a list of " + field.type_name +
                  " cannot be written as text");
    }
    cells_ = std::make_unique<Column>(arrow_cells(field, {&array}, *storage, name, pool));
    text_ = std::make_unique<CellText>(*cells_, TextForm::json, cells_->size());
  }

  void append(TextBuffer& out, std::size_t i) const {
    if (text_) {
      text_->append(out, i);
    } else if (!array_.valid(i)) {
      out += "null";
    } else if (is_list(*array_.field)) {
      append_list(out, i);
    } else {
      append_object(out, i);
    }
  }

 private:
  void append_list(TextBuffer& out, std::size_t i) const {
    const auto [begin, end] = array_.elements(i);
    out += '[';
    for (std::size_t at = begin; at < end; ++at) {
      if (at != begin) out += ',';
      children_[0]->append(out, at);
    }
    out += ']';
  }
  void append_object(TextBuffer& out, std::size_t i) const {
    out += '{';
    for (std::size_t child = 0; child < children_.size(); ++child) {
      if (child > 0) out += ',';
      append_json_text(out, children_[child]->array_.field->name);
      out += ':';
      children_[child]->append(out, i);
    }
    out += '}';
  }

  const ArrowArray& array_;
  std::vector<std::unique_ptr<ElementText>> children_;
  std::unique_ptr<Column> cells_;
  std::unique_ptr<CellText> text_;
};

}  // namespace

Column arrow_list_text(const ArrowField& field, const std::vector<const ArrowArray*>& arrays,
                       const std::string& name, ThreadPool& pool) {
  if (!is_list(field)) throw Error(ErrorKind::internal, "not a list: " + name);
  Column column(Storage::text);
  TextBuffer text;
  for (const auto* array : arrays) {
    const ElementText writer(*array, name, pool);
    for (std::size_t i = 0; i < array->length; ++i) {
      if (!array->valid(i)) {
        column.append_null();
        continue;
      }
      text.clear();
      writer.append(text, i);
      column.append_text(text.view());
    }
  }
  return column;
}

}  // namespace parallax
