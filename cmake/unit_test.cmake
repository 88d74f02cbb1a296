# unit_test(name sources...): a GoogleTest program, run as one test: keys and hashes are made once, not
# once for each case. Precompiled is what nearly every test includes, which halves the time to build
# them; PARTNERD_PRECOMPILE=OFF (the preset `dev`) shows that each file includes what it needs.
option(PARTNERD_PRECOMPILE "use precompiled headers" ON)

function(precompile target)
  if(PARTNERD_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

function(unit_test name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE partner_center_warnings GTest::gmock_main)
  precompile(${name} <gmock/gmock.h> <gtest/gtest.h>)
  # How fast a test is compiled counts more than how fast it runs. What is switched off sees errors in
  # GCC 12's own std::string when texts are put together from literals.
  target_compile_options(${name} PRIVATE
    $<$<CONFIG:Release>:-O1> -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow)
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
endfunction()
