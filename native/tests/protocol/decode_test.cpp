#include <gtest/gtest.h>

#include <protozero/pbf_writer.hpp>

#include "parallax/error.h"
#include "protocol/bytes.h"
#include "protocol/request.h"

namespace parallax::wire {
namespace {

using protozero::pbf_writer;
using test::from_hex;
using test::span_of;

RequestKind decode(std::string_view bytes) {
  Envelope envelope;
  return decode_request(span_of(bytes), envelope);
}

/// A request of one kind with this body, for entity "e" and msg_id 7.
std::string request(std::uint32_t kind, const std::string& body) {
  std::string bytes;
  pbf_writer out{bytes};
  out.add_uint32(1, 7);
  out.add_string(2, "e");
  out.add_message(kind, body);
  return bytes;
}

template <class F>
std::string body(F&& fill) {
  std::string bytes;
  pbf_writer out{bytes};
  fill(out);
  return bytes;
}

std::string failure(std::string_view bytes) {
  Envelope envelope;
  try {
    (void)decode_request(span_of(bytes), envelope);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Decode, ReadsEnvelopeAndKind) {
  Envelope envelope;
  const auto bytes = from_hex("08fc90bc930f12157a77757a64754e7a43736c4c4d794b4370764e52665a00");
  const auto kind = decode_request(span_of(bytes), envelope);
  EXPECT_EQ(envelope.msg_id, 4067362940u);
  EXPECT_EQ(envelope.entity_id, "zwuzduNzCslLMyKCpvNRf");
  EXPECT_TRUE(std::holds_alternative<ViewDeleteReq>(kind));
}

TEST(Decode, KnowsEveryKindNumber) {
  for (std::uint32_t number = kFirstKind; number < kFirstKind + kRequestKinds; ++number) {
    EXPECT_EQ(decode(request(number, "")).index(), number - kFirstKind);
  }
  EXPECT_THROW(decode(request(41, "")), Error);
  EXPECT_THROW(decode(request(2, "")), Error);
}

TEST(Decode, RefusesMessagesWithoutKind) {
  EXPECT_NE(failure("").find("Unhandled request type 2"), std::string::npos);
  EXPECT_NE(failure(from_hex("08aa46120374626c")).find("Unhandled request type 2"), std::string::npos);
  EXPECT_NE(failure(from_hex("08ab46120374626cea0400")).find("Unhandled request type 2"), std::string::npos);
}

TEST(Decode, SkipsUnknownFieldsAtEveryLevel) {
  const auto kind = decode(from_hex("08ac46120374626c4200ea04020801"));
  EXPECT_TRUE(std::holds_alternative<TableSizeReq>(kind));
  const auto inner = request(19, body([](pbf_writer& out) {
                               out.add_string(77, "later");
                               out.add_uint32(1, 5);
                             }));
  EXPECT_EQ(std::get<ViewExpandReq>(decode(inner)).row_index, 5u);
}

TEST(Decode, LastKindAndLastScalarWin) {
  const auto two = request(8, "") + body([](pbf_writer& out) { out.add_message(7, std::string()); });
  EXPECT_TRUE(std::holds_alternative<TableSchemaReq>(decode(two)));
  const auto twice = request(18, body([](pbf_writer& out) {
                               out.add_uint32(1, 5);
                               out.add_uint32(1, 6);
                             }));
  EXPECT_EQ(std::get<ViewCollapseReq>(decode(twice)).row_index, 6u);
}

TEST(Decode, TreatsAnotherWireTypeAsUnknown) {
  const auto bytes = request(19, body([](pbf_writer& out) { out.add_string(1, "5"); }));
  EXPECT_EQ(std::get<ViewExpandReq>(decode(bytes)).row_index, 0u);
}

TEST(Decode, CutsWideMessageIds) {
  Envelope envelope;
  const auto bytes = body([](pbf_writer& out) {
    out.add_uint64(1, (std::uint64_t{1} << 40) + 9);
    out.add_message(8, std::string());
  });
  (void)decode_request(span_of(bytes), envelope);
  EXPECT_EQ(envelope.msg_id, 9u);
}

TEST(Decode, RefusesEveryCutButKeepsWhatItRead) {
  const auto bytes =
      request(33, body([](pbf_writer& out) {
                out.add_message(1, body([](pbf_writer& data) { data.add_string(4, "[1,2]"); }));
                out.add_uint32(2, 3);
              }));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Envelope envelope;
    EXPECT_THROW(decode_request(span_of(std::string_view(bytes).substr(0, size)), envelope), Error) << size;
    EXPECT_EQ(envelope.msg_id, size >= 2 ? 7u : 0u);
    EXPECT_EQ(envelope.entity_id, size >= 5 ? "e" : "");
    EXPECT_EQ(peek_envelope(span_of(std::string_view(bytes).substr(0, size))).msg_id, envelope.msg_id);
  }
}

TEST(Decode, RefusesGarbage) {
  EXPECT_THROW(decode("hello, server"), Error);
  EXPECT_THROW(decode("\xff"), Error);
  EXPECT_THROW(decode(std::string(100, '\xff')), Error);
}

TEST(Decode, RefusesTextThatIsNotUtf8) {
  Envelope envelope;
  const auto name = body([](pbf_writer& out) {
    out.add_uint32(1, 7);
    out.add_string(2, "\xc3\x28");
    out.add_message(8, std::string());
  });
  EXPECT_THROW(decode_request(span_of(name), envelope), Error);
  EXPECT_EQ(envelope.msg_id, 7u);
  const auto column = request(20, body([](pbf_writer& out) { out.add_string(1, "\xed\xa0\x80"); }));
  EXPECT_NE(failure(column).find("UTF-8"), std::string::npos);
}

TEST(Decode, PointsIntoThePayload) {
  const auto bytes =
      request(27, body([](pbf_writer& out) {
                out.add_message(1, body([](pbf_writer& data) { data.add_bytes(3, "\xff\x00x", 3); }));
              }));
  const auto kind = decode(bytes);
  const auto& data = std::get<MakeTableReq>(kind).data;
  EXPECT_EQ(data.kind, TableData::Kind::arrow);
  EXPECT_EQ(data.payload, std::string_view("\xff\x00x", 3));
  EXPECT_GE(data.payload.data(), bytes.data());
  EXPECT_LE(data.payload.data() + data.payload.size(), bytes.data() + bytes.size());
}

TEST(Decode, ReadsSchemaAndOptions) {
  const auto kind = decode(from_hex(
      "08feae86731209616c6c5f7479706573da01310a2a0a280a050a016910030a030a01730a050a016610040a050a016210050a05"
      "0a016410010a050a0174100212030a0169"));
  const auto& make = std::get<MakeTableReq>(kind);
  ASSERT_EQ(make.data.kind, TableData::Kind::schema);
  ASSERT_EQ(make.data.schema.size(), 6u);
  EXPECT_EQ(make.data.schema[1].name, "s");
  EXPECT_EQ(make.data.schema[1].type, ColumnType::string);
  EXPECT_EQ(make.data.schema[5].type, ColumnType::datetime);
  EXPECT_EQ(std::get<std::string>(make.options.key), "i");
}

std::string view_request(const std::string& config) {
  return request(6, body([&](pbf_writer& out) { out.add_message(2, config); }));
}

TEST(Decode, RefusesUnknownEnumValues) {
  const auto sort =
      body([](pbf_writer& out) { out.add_message(5, body([](pbf_writer& term) { term.add_enum(2, 9); })); });
  EXPECT_NE(failure(view_request(sort)).find("Invalid sort op 9"), std::string::npos);
  EXPECT_NE(failure(view_request(body([](pbf_writer& out) { out.add_enum(10, 3); }))), "");
  EXPECT_NE(failure(view_request(body([](pbf_writer& out) { out.add_enum(12, 2); }))), "");
  EXPECT_NE(failure(view_request(body([](pbf_writer& out) { out.add_enum(8, -1); }))), "");
  EXPECT_NE(failure(request(38, body([](pbf_writer& out) { out.add_enum(4, 3); }))), "");
  const auto column = body([](pbf_writer& out) {
    out.add_message(1, body([](pbf_writer& data) {
                      data.add_message(1, body([](pbf_writer& schema) {
                                         schema.add_message(1, body([](pbf_writer& p) { p.add_enum(2, 6); }));
                                       }));
                    }));
  });
  EXPECT_NE(failure(request(27, column)).find("Invalid column type 6"), std::string::npos);
}

TEST(Decode, TakesAnUnknownUpdateModeAsAbsent) {
  const auto mode = [](std::int32_t value) {
    return std::get<ViewOnUpdateReq>(
        decode(request(21, body([&](pbf_writer& out) { out.add_enum(1, value); }))));
  };
  EXPECT_TRUE(mode(0).row_mode);
  EXPECT_FALSE(mode(4).row_mode);
  EXPECT_FALSE(std::get<ViewOnUpdateReq>(decode(request(21, ""))).row_mode);
}

TEST(Decode, RefusesAnEmptyFilterScalar) {
  const auto filter = body([](pbf_writer& out) {
    out.add_message(4, body([](pbf_writer& term) { term.add_message(3, std::string()); }));
  });
  EXPECT_NE(failure(view_request(filter)).find("Filter scalar type not implemented: 0"), std::string::npos);
}

TEST(Decode, TellsAbsentColumnsFromNone) {
  const auto columns = [](const std::string& update) {
    return std::get<TableMakeViewReq>(
               decode(view_request(body([&](pbf_writer& out) { out.add_message(3, update); }))))
        .config.columns;
  };
  EXPECT_FALSE(std::get<TableMakeViewReq>(decode(request(6, ""))).config.columns.has_value());
  EXPECT_FALSE(columns(body([](pbf_writer& out) { out.add_enum(1, 0); })).has_value());
  const auto none = columns(body([](pbf_writer& out) { out.add_message(2, std::string()); }));
  ASSERT_TRUE(none.has_value());
  EXPECT_TRUE(none->empty());
}

TEST(Decode, ReadsMapEntriesWithMissingParts) {
  const auto bytes = request(9, body([](pbf_writer& out) {
                               out.add_message(1, body([](pbf_writer& entry) { entry.add_string(1, "a"); }));
                               out.add_message(1, body([](pbf_writer& entry) { entry.add_string(2, "1"); }));
                             }));
  const auto kind = decode(bytes);
  const auto& expressions = std::get<TableValidateExprReq>(kind).column_to_expr;
  EXPECT_EQ(expressions, (std::map<std::string, std::string>{{"", "1"}, {"a", ""}}));
}

}  // namespace
}  // namespace parallax::wire
