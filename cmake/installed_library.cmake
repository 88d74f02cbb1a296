# installed_library(target name): what others link as partner_center::name. It shows only what
# PARTNER_CENTER_EXPORT marks (export.hpp), and a shared one is found beside the others. Until 1.0 each
# minor version may break what was built against the one before it.
function(installed_library target name)
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${name}
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    INSTALL_RPATH $ORIGIN)
endfunction()
