#include "fuzz/loading.h"
#include "fuzz/targets.h"

namespace parallax::fuzz {

void fuzz_json(Bytes input) {
  static constexpr InputFormat kFormats[] = {InputFormat::json_columns, InputFormat::json_rows,
                                             InputFormat::ndjson};
  Choices choices(input);
  const auto list_flatten = static_cast<ListFlatten>(choices.below(3));
  const bool indexed = choices.flip();
  const InputFormat format = choices.one_of(kFormats);
  check_loading(format, list_flatten, indexed, as_text(choices.rest()));
}

}  // namespace parallax::fuzz
