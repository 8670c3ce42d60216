# The library as others use it: one archive of the rooms that scanner/api stands on, the headers that it speaks in, and
# a package for find_package(smtptls).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(smtptls_api_rooms base tls smtp model json model_json openssl compare net probes interview engine remedy policy api)
set(objects "")
foreach(room IN LISTS smtptls_api_rooms)
  list(APPEND objects $<TARGET_OBJECTS:smtptls_${room}>)
endforeach()
add_library(smtptls STATIC ${objects})
set_target_properties(smtptls PROPERTIES LINKER_LANGUAGE CXX)
add_library(smtptls::smtptls ALIAS smtptls)
target_compile_features(smtptls PUBLIC cxx_std_20)
target_link_libraries(smtptls PUBLIC tl::expected PRIVATE OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
# For <smtptls/async.hpp> alone.
target_link_libraries(smtptls PUBLIC Boost::headers)
target_include_directories(smtptls INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

# smtptls_public_headers(<var> <header>...): the headers and all that they include of ours, as their includes are written.
function(smtptls_public_headers variable)
  set(waiting ${ARGN})
  set(all "")
  while(waiting)
    list(POP_FRONT waiting name)
    if(name IN_LIST all)
      continue()
    endif()
    list(APPEND all ${name})
    file(STRINGS ${PROJECT_SOURCE_DIR}/scanner/${name} lines REGEX "^[ \t]*#[ \t]*include \"")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/scanner/${name})
    foreach(line IN LISTS lines)
      string(REGEX REPLACE ".*\"(.*)\".*" "\\1" included "${line}")
      list(APPEND waiting ${included})
    endforeach()
  endwhile()
  set(${variable} ${all} PARENT_SCOPE)
endfunction()

# Others have a model/target.hpp of their own: ours are <smtptls/model/target.hpp>, and those of scanner/api are
# <smtptls/scanner.hpp>.
smtptls_public_headers(headers api/scanner.hpp api/async.hpp api/policy.hpp api/saved_scan.hpp api/side_by_side.hpp api/version.hpp
  model/target_list.hpp)
foreach(name IN LISTS headers)
  file(READ ${PROJECT_SOURCE_DIR}/scanner/${name} text)
  string(REGEX REPLACE "#include \"api/" "#include \"smtptls/" text "${text}")
  string(REGEX REPLACE "#include \"([a-z0-9_]+/)" "#include \"smtptls/\\1" text "${text}")
  string(REPLACE "smtptls/smtptls/" "smtptls/" text "${text}")
  string(REGEX REPLACE "^api/" "" installed "${name}")
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/include/smtptls/${installed} CONTENT "${text}" @ONLY)
endforeach()
install(DIRECTORY ${PROJECT_BINARY_DIR}/include/smtptls DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/smtptls)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/smtptlsConfig.cmake @ONLY CONTENT [[
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(OpenSSL 3.0)
find_dependency(Boost 1.81)
find_dependency(tl-expected)
include(${CMAKE_CURRENT_LIST_DIR}/smtptlsTargets.cmake)
]])
write_basic_package_version_file(${PROJECT_BINARY_DIR}/smtptlsConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(TARGETS smtptls EXPORT smtptls ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
install(EXPORT smtptls FILE smtptlsTargets.cmake NAMESPACE smtptls:: DESTINATION ${package} COMPONENT library)
install(FILES ${PROJECT_BINARY_DIR}/smtptlsConfig.cmake ${PROJECT_BINARY_DIR}/smtptlsConfigVersion.cmake
  DESTINATION ${package} COMPONENT library)
