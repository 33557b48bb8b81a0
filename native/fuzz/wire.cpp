#include <memory>
#include <protozero/pbf_reader.hpp>

#include "fuzz/targets.h"
#include "parallax/engine.h"
#include "parallax/error.h"
#include "protocol/request.h"
#include "protocol/view_config.h"

namespace parallax::fuzz {
namespace {

std::span<const std::byte> plain_bytes(Bytes bytes) { return std::as_bytes(bytes); }

/// Configurations survive being written and read.
void check_config(const wire::ViewConfig& config) {
  const auto written = [](const wire::ViewConfig& from) {
    std::string bytes;
    protozero::pbf_writer out{bytes};
    wire::write_view_config(out, from);
    return bytes;
  };
  const std::string bytes = written(config);
  require(written(wire::read_view_config(protozero::pbf_reader{bytes})) == bytes,
          "A view configuration changes when it is written and read");
}

/// Returns the number of the request, or nothing if the bytes are none.
std::optional<std::uint32_t> check_decoding(Bytes request) {
  wire::Envelope envelope;
  try {
    const wire::RequestKind kind = wire::decode_request(plain_bytes(request), envelope);
    if (const auto* make = std::get_if<wire::TableMakeViewReq>(&kind)) check_config(make->config);
    if (const auto* make = std::get_if<wire::MakeTableReq>(&kind); make && !make->data.payload.empty()) {
      const std::string_view text = as_text(request);
      require(make->data.payload.data() >= text.data() &&
                  make->data.payload.data() + make->data.payload.size() <= text.data() + text.size(),
              "A payload lies outside its request");
    }
  } catch (const Error& error) {
    require(*error.what() != '\0', "An error says nothing");
    return std::nullopt;
  }
  const wire::Envelope peeked = wire::peek_envelope(plain_bytes(request));
  require(peeked.msg_id == envelope.msg_id && peeked.entity_id == envelope.entity_id,
          "The envelope differs when it is read alone");
  return envelope.msg_id;
}

}  // namespace

void fuzz_wire(Bytes input) {
  const auto engine = Engine::create({.threads = 1});
  std::string fault;
  std::size_t responses = 0;
  const auto session = engine->open_session([&](std::span<const std::byte> bytes) {
    ++responses;
    try {
      protozero::pbf_reader message{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
      while (message.next()) message.skip();
    } catch (const std::exception& error) {
      fault = error.what();
    }
  });
  while (input.size() >= 2) {
    const std::size_t size = std::min<std::size_t>(input[0] | input[1] << 8, input.size() - 2);
    const Bytes request = input.subspan(2, size);
    input = input.subspan(2 + size);
    const auto id = check_decoding(request);
    const std::size_t before = responses;
    session->handle_request(plain_bytes(request));
    require(id.has_value() || responses == before + 1, "A broken request is not answered once");
    require(fault.empty(), "A response is broken: " + fault);
  }
  static constexpr std::uint8_t kHostedTables[] = {0x08, 0x01, 0x22, 0x00};
  const std::size_t before = responses;
  session->handle_request(plain_bytes(kHostedTables));
  require(responses == before + 1, "The session does not answer any more");
  engine->close();
}

}  // namespace parallax::fuzz
