# What is installed beside the program, and the Debian package of it: cpack makes smtptls-scan_VERSION_ARCH.deb.
include(GNUInstallDirs)

set(package_source ${PROJECT_SOURCE_DIR}/scanner/package)
set(package_made ${PROJECT_BINARY_DIR}/package)
file(MAKE_DIRECTORY ${package_made})

# The completions of shells come from the program, so that they know its options.
set(completions "")
foreach(shell bash zsh fish)
  add_custom_command(OUTPUT ${package_made}/complete.${shell}
    COMMAND smtptls-scan --generate complete-${shell} > ${package_made}/complete.${shell}
    DEPENDS smtptls-scan VERBATIM)
  list(APPEND completions ${package_made}/complete.${shell})
endforeach()
# Debian wants it packed, without a name and a time in it.
add_custom_command(OUTPUT ${package_made}/smtptls-scan.1.gz
  COMMAND gzip -9nc ${PROJECT_SOURCE_DIR}/docs/man/smtptls-scan.1 > ${package_made}/smtptls-scan.1.gz
  DEPENDS ${PROJECT_SOURCE_DIR}/docs/man/smtptls-scan.1 VERBATIM)
add_custom_target(smtptls_package_files ALL DEPENDS ${completions} ${package_made}/smtptls-scan.1.gz)

set(licence ${PROJECT_SOURCE_DIR}/LICENSE)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${licence})
file(STRINGS ${licence} licence_lines)
list(FILTER licence_lines INCLUDE REGEX "^Copyright")
list(JOIN licence_lines "\n" copyright_holders)
string(REGEX REPLACE "Copyright \\(c\\) " "" copyright_holders "${copyright_holders}")
configure_file(${package_source}/copyright.in ${package_made}/copyright @ONLY)

# Whoever makes the package is its maintainer: DEBFULLNAME and DEBEMAIL, as Debian's own tools have it.
set(maintainer_name "$ENV{DEBFULLNAME}")
set(maintainer_mail "$ENV{DEBEMAIL}")
if(NOT maintainer_name)
  set(maintainer_name "smtptls-scan maintainers")
endif()
if(NOT maintainer_mail)
  set(maintainer_mail "maintainers@smtptls-scan.invalid")
endif()
set(SMTPTLS_MAINTAINER "${maintainer_name} <${maintainer_mail}>" CACHE STRING "Maintainer of the Debian package")

# SOURCE_DATE_EPOCH, where it is set, is the time of both.
string(TIMESTAMP package_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
string(TIMESTAMP package_time "%Y-%m-%dT%H:%M:%SZ" UTC)
configure_file(${package_source}/changelog.in ${package_made}/changelog @ONLY)
execute_process(COMMAND gzip -9nc ${package_made}/changelog OUTPUT_FILE ${package_made}/changelog.gz
  COMMAND_ERROR_IS_FATAL ANY)
string(UUID package_uuid NAMESPACE 6ba7b811-9dad-11d1-80b4-00c04fd430c8 TYPE SHA1
  NAME "smtptls-scan ${PROJECT_VERSION} ${OPENSSL_VERSION} ${Boost_VERSION_STRING} ${nlohmann_json_VERSION}")
if(SECCOMP_LIBRARY)
  file(STRINGS ${SECCOMP_INCLUDE_DIR}/seccomp.h seccomp_lines REGEX "^#define SCMP_VER_(MAJOR|MINOR|MICRO)")
  string(REGEX REPLACE "[^0-9]*([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+).*" "\\1.\\2.\\3" seccomp_version "${seccomp_lines}")
  set(seccomp_ref ", \"libseccomp\"")
  set(seccomp_component ",
    {
      \"bom-ref\": \"libseccomp\",
      \"type\": \"library\",
      \"name\": \"libseccomp\",
      \"version\": \"${seccomp_version}\",
      \"licenses\": [{\"license\": {\"id\": \"LGPL-2.1-only\"}}],
      \"purl\": \"pkg:generic/libseccomp@${seccomp_version}\"
    }")
endif()
configure_file(${package_source}/sbom.cdx.json.in ${package_made}/sbom.cdx.json @ONLY)

set(documents ${CMAKE_INSTALL_DATADIR}/doc/smtptls-scan)
install(TARGETS smtptls-scan COMPONENT program)
install(FILES ${package_made}/smtptls-scan.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES ${package_made}/complete.bash RENAME smtptls-scan
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
install(FILES ${package_made}/complete.zsh RENAME _smtptls-scan
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT program)
install(FILES ${package_made}/complete.fish RENAME smtptls-scan.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/report/schema DESTINATION ${CMAKE_INSTALL_DATADIR}/smtptls-scan
  COMPONENT program FILES_MATCHING PATTERN "*.json")
install(FILES ${package_made}/sbom.cdx.json DESTINATION ${CMAKE_INSTALL_DATADIR}/smtptls-scan COMPONENT program)
install(FILES ${package_made}/copyright ${package_made}/changelog.gz DESTINATION ${documents} COMPONENT program)
install(FILES ${package_source}/smtptls-scan.service ${package_source}/smtptls-scan.timer
  DESTINATION ${documents}/examples COMPONENT program)
install(PROGRAMS ${package_source}/check_smtptls DESTINATION lib/nagios/plugins COMPONENT program)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME smtptls-scan)
set(CPACK_PACKAGE_VENDOR "smtptls-scan")
set(CPACK_PACKAGE_CONTACT "${SMTPTLS_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "which TLS versions and cipher suites a mail server accepts")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
"smtptls-scan asks an SMTP server, on ports 25, 465 and 587, about every cipher
suite from SSL 2 to TLS 1.3, and says which are accepted, whether that complies
with a policy (PCI DSS, NIST, BSI, NCSC-NL, Mozilla, the RFCs), and which lines
of Postfix or Exim to change. It explains configurations and mail logs too.")
set(CPACK_RESOURCE_FILE_LICENSE ${licence})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL program)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME smtptls-scan)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
# The roots that a chain is verified by.
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PROGRAM_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
include(CPack)
