# unit_test(name sources...): a GoogleTest program, run as one test: keys and hashes are made once, not
# once for each case. Precompiled, once for all of them, is what nearly every test includes, which halves
# the time to build them; PARTNERD_PRECOMPILE=OFF (the preset `dev`) shows that each file includes what
# it needs.
option(PARTNERD_PRECOMPILE "use precompiled headers" ON)

function(precompile target)
  if(PARTNERD_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

# What all code for tests is compiled with: how fast that is done counts more than how fast it runs. What
# is switched off sees errors in GCC 12's own std::string when texts are put together from literals.
function(compile_for_tests target)
  target_link_libraries(${target} PRIVATE partner_center_warnings partner_center_asio)
  target_compile_options(${target} PRIVATE
    $<$<CONFIG:Release>:-O0> $<$<CONFIG:Release>:-U_FORTIFY_SOURCE>
    -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow)
endfunction()

function(test_program name)
  add_executable(${name} ${ARGN})
  compile_for_tests(${name})
  target_link_libraries(${name} PRIVATE GTest::gmock_main)
  if(PARTNERD_PRECOMPILE)
    target_precompile_headers(${name} REUSE_FROM precompiled_for_tests)
  endif()
endfunction()

function(unit_test name)
  test_program(${name} ${ARGN})
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
endfunction()

if(BUILD_TESTING AND PARTNERD_PRECOMPILE)
  add_executable(precompiled_for_tests ${PROJECT_SOURCE_DIR}/tests/support/precompiled.cpp)
  compile_for_tests(precompiled_for_tests)
  target_link_libraries(precompiled_for_tests PRIVATE GTest::gmock partner_center::contract)
  precompile(precompiled_for_tests
    <gmock/gmock.h> <gtest/gtest.h> <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp>
    <boost/asio/io_context.hpp> <boost/asio/use_awaitable.hpp> <partner_center/json.hpp>)
endif()
