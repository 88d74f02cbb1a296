# The warnings that every target of ours is compiled with; linked PRIVATE, never exported. GCC 12 takes a
# coroutine promise's own operator new and delete for a mismatch when it inlines one of them.
add_library(partner_center_warnings INTERFACE)
target_compile_options(partner_center_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Wno-mismatched-new-delete)

# Asio and Beast are header-only here; without the deprecated parts they compile faster.
add_library(partner_center_asio INTERFACE)
target_link_libraries(partner_center_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(partner_center_asio INTERFACE
  BOOST_ASIO_NO_DEPRECATED
  # Frames of nested coroutines, as many as a request is deep, are kept for the next request.
  BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16)
