# The shared libraries that go into the platform jar next to ours. Each is copied under a SONAME of our own, of the
# same length as the real one, so that a copy of another version which the process has loaded already cannot be taken
# for it; everything links against the copies.
set(COMPANION_DIR ${CMAKE_CURRENT_BINARY_DIR}/companions)
file(MAKE_DIRECTORY ${COMPANION_DIR})
set(COMPANION_FILES)

# Copies <file> with the SONAME <old> replaced by <new>; the copy's path goes to <variable>.
function(parallax_companion variable file old new)
  file(REAL_PATH ${file} real)
  set(copy ${COMPANION_DIR}/${new})
  string(REPLACE "." "\\." pattern ${old})
  execute_process(COMMAND sed "s/${pattern}/${new}/g" ${real} OUTPUT_FILE ${copy} COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${CMAKE_READELF} -dW ${copy} OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
  if(NOT dynamic MATCHES "SONAME[^\n]*\\[${new}\\]")
    message(FATAL_ERROR "${real} does not have the SONAME ${old}: look up its version and adapt Companions.cmake")
  endif()
  set(${variable} ${copy} PARENT_SCOPE)
  set(COMPANION_FILES ${COMPANION_FILES} ${copy} PARENT_SCOPE)
endfunction()

find_library(COMPANION_ZSTD zstd REQUIRED)
find_library(COMPANION_RE2 re2 REQUIRED)
find_library(COMPANION_SIMDJSON simdjson REQUIRED)
parallax_companion(zstd ${COMPANION_ZSTD} libzstd.so.1 libzstd.so.P)
parallax_companion(re2 ${COMPANION_RE2} libre2.so.9 libre2.so.P)
parallax_companion(simdjson ${COMPANION_SIMDJSON} libsimdjson.so.14 libsimdjson.so.PX)

set_target_properties(zstd_shared PROPERTIES INTERFACE_LINK_LIBRARIES ${zstd})
set_target_properties(re2_shared PROPERTIES INTERFACE_LINK_LIBRARIES ${re2})
set_target_properties(simdjson::simdjson PROPERTIES
  IMPORTED_CONFIGURATIONS COMPANION
  IMPORTED_LOCATION_COMPANION ${simdjson}
  IMPORTED_SONAME_COMPANION libsimdjson.so.PX)

# What of other people's work the jar contains, compiled in or as a file: the licences travel with it.
set(COMPANION_PACKAGES libzstd1 libre2-9 libsimdjson14 liblz4-dev libprotozero-dev libfast-float-dev
  libflatbuffers-dev libxxhash-dev libstdc++-12-dev)

# Stages the companions, the digests of everything in the order to load it, and the licences.
function(parallax_install_companions destination library)
  install(FILES ${COMPANION_FILES} DESTINATION ${destination})
  set(names)
  foreach(file IN LISTS COMPANION_FILES)
    get_filename_component(name ${file} NAME)
    list(APPEND names ${name})
  endforeach()
  install(CODE "
    set(sums)
    foreach(name ${names} ${library})
      file(SHA256 \"\${CMAKE_INSTALL_PREFIX}/${destination}/\${name}\" sum)
      string(APPEND sums \"\${sum}  \${name}\\n\")
    endforeach()
    file(WRITE \"\${CMAKE_INSTALL_PREFIX}/${destination}/SHA256SUMS\" \"\${sums}\")")
  foreach(package IN LISTS COMPANION_PACKAGES)
    file(REAL_PATH /usr/share/doc/${package}/copyright licence)
    if(NOT EXISTS ${licence})
      message(FATAL_ERROR "The licence of ${package} is not in /usr/share/doc")
    endif()
    install(FILES ${licence} DESTINATION META-INF/licenses RENAME ${package}.txt)
  endforeach()
endfunction()
