# embed(target accessor files...): puts the files' bytes into the target and makes
#   std::span<const partner_center::embedded_file> partner_center::accessor();
# declared in "embedded/<accessor>.hpp". The assembler copies the bytes (.incbin), so size costs no
# compile time; a changed file rebuilds only its object.
function(embed target accessor)
  set(directory ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  set(assembly ".section .rodata\n")
  set(declarations "")
  set(entries "")
  set(index 0)
  foreach(file IN LISTS ARGN)
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE path)
    cmake_path(GET path FILENAME name)
    set(symbol partner_center_${accessor}_${index})
    string(APPEND assembly
      ".balign 16\n.global ${symbol}_begin\n${symbol}_begin:\n.incbin \"${path}\"\n"
      ".global ${symbol}_end\n${symbol}_end:\n.byte 0\n")
    string(APPEND declarations "extern \"C\" const char ${symbol}_begin[], ${symbol}_end[];\n")
    string(APPEND entries
      "    {\"${name}\", {${symbol}_begin, static_cast<std::size_t>(${symbol}_end - ${symbol}_begin)}},\n")
    list(APPEND paths ${path})
    math(EXPR index "${index} + 1")
  endforeach()
  string(APPEND assembly ".section .note.GNU-stack,\"\",%progbits\n")

  file(CONFIGURE OUTPUT ${directory}/embedded/${accessor}.hpp @ONLY CONTENT [[
#pragma once
#include <span>
#include <string_view>
namespace partner_center {
#ifndef PARTNER_CENTER_EMBEDDED_FILE
#define PARTNER_CENTER_EMBEDDED_FILE
struct embedded_file {
    std::string_view name{};
    std::string_view bytes{};
};
#endif
std::span<const embedded_file> @accessor@();
}  // namespace partner_center
]])
  file(CONFIGURE OUTPUT ${directory}/${accessor}.cpp @ONLY CONTENT [[
#include "embedded/@accessor@.hpp"
@declarations@
std::span<const partner_center::embedded_file> partner_center::@accessor@() {
    static const embedded_file files[] = {
@entries@    };
    return files;
}
]])
  file(CONFIGURE OUTPUT ${directory}/${accessor}.S @ONLY CONTENT "@assembly@")
  # The target may be another directory's.
  set_source_files_properties(${directory}/${accessor}.S TARGET_DIRECTORY ${target}
    PROPERTIES OBJECT_DEPENDS "${paths}")
  target_sources(${target} PRIVATE ${directory}/${accessor}.cpp ${directory}/${accessor}.S)
  target_include_directories(${target} PRIVATE ${directory})
endfunction()
