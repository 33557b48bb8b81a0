# Third-party libraries, all from the system's packages (see README, "Building").
find_package(Threads REQUIRED)
find_package(simdjson REQUIRED)

find_path(PROTOZERO_INCLUDE protozero/pbf_reader.hpp REQUIRED)
find_path(FAST_FLOAT_INCLUDE fast_float/fast_float.h REQUIRED)
find_path(FLATBUFFERS_INCLUDE flatbuffers/flatbuffers.h REQUIRED)
find_program(FLATC flatc REQUIRED)

add_library(fast_float INTERFACE)
target_include_directories(fast_float SYSTEM INTERFACE ${FAST_FLOAT_INCLUDE})

# lz4 links statically; zstd and RE2 have no position-independent archive in the distribution.
function(parallax_system_library target header library)
  find_path(${target}_INCLUDE ${header} REQUIRED)
  find_library(${target}_LIBRARY ${library} REQUIRED)
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE ${${target}_INCLUDE})
  target_link_libraries(${target} INTERFACE ${${target}_LIBRARY})
endfunction()
parallax_system_library(lz4_static lz4frame.h liblz4.a)
parallax_system_library(zstd_shared zstd.h zstd)
parallax_system_library(re2_shared re2/re2.h re2)

# Our description of Arrow's IPC metadata, compiled to flatbuffers accessors.
add_library(arrow_format INTERFACE)
set(ARROW_FORMAT_DIR ${CMAKE_CURRENT_BINARY_DIR}/arrow_format)
add_custom_command(
  OUTPUT ${ARROW_FORMAT_DIR}/arrow_ipc_generated.h
  COMMAND ${FLATC} --cpp --scoped-enums --gen-object-api -o ${ARROW_FORMAT_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/src/base/arrow_ipc.fbs
  DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/base/arrow_ipc.fbs)
add_custom_target(arrow_format_headers DEPENDS ${ARROW_FORMAT_DIR}/arrow_ipc_generated.h)
add_dependencies(arrow_format arrow_format_headers)
target_include_directories(arrow_format SYSTEM INTERFACE ${ARROW_FORMAT_DIR} ${FLATBUFFERS_INCLUDE})
