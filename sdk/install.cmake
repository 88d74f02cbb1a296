# Installs the contract and the SDK as one package: headers, libraries, CMake package, pkg-config file.
# `cmake --install BUILD --component sdk` installs only these.
include(CMakePackageConfigHelpers)

set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/PartnerCenter)
set(pkgconfig_directory ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(TARGETS partner_center_contract partner_center_sdk
  EXPORT PartnerCenter
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT sdk
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT sdk)
install(DIRECTORY include/partner_center ${PROJECT_SOURCE_DIR}/contract/include/partner_center
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  COMPONENT sdk
  FILES_MATCHING PATTERN "*.hpp")
install(EXPORT PartnerCenter
  NAMESPACE partner_center::
  FILE PartnerCenterTargets.cmake
  DESTINATION ${package_directory}
  COMPONENT sdk)

configure_package_config_file(PartnerCenterConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/PartnerCenterConfig.cmake
  INSTALL_DESTINATION ${package_directory}
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/PartnerCenterConfigVersion.cmake
  VERSION ${PROJECT_VERSION}
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/PartnerCenterConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/PartnerCenterConfigVersion.cmake
  DESTINATION ${package_directory}
  COMPONENT sdk)

# Shared libraries bring along what they need themselves.
set(pkgconfig_libraries "-L\${libdir} -lpartner_center_sdk -lpartner_center_contract -pthread")
if(BUILD_SHARED_LIBS)
  set(pkgconfig_private .private)
else()
  string(APPEND pkgconfig_libraries " -lboost_json -lboost_container")
endif()

# The way from the file to the prefix, so that an installed tree can be moved.
file(RELATIVE_PATH pkgconfig_to_prefix /${pkgconfig_directory} /)
configure_file(partner-center.pc.in ${CMAKE_CURRENT_BINARY_DIR}/partner-center.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/partner-center.pc
  DESTINATION ${pkgconfig_directory}
  COMPONENT sdk)
