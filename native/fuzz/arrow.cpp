#include "fuzz/loading.h"
#include "fuzz/targets.h"

namespace parallax::fuzz {

void fuzz_arrow(Bytes input) {
  Choices choices(input);
  const auto list_flatten = static_cast<ListFlatten>(choices.below(3));
  const bool indexed = choices.flip();
  check_loading(InputFormat::arrow, list_flatten, indexed, as_text(choices.rest()));
}

}  // namespace parallax::fuzz
