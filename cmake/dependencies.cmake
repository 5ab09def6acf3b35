find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl>=7.88)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson>=2.13)
pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv>=1.44)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8>=10.34)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3>=3.35)
pkg_check_modules(NCURSESW REQUIRED IMPORTED_TARGET ncursesw)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive>=3.6)
pkg_check_modules(EXPAT REQUIRED IMPORTED_TARGET expat>=2.4)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)

# Frames of a WebSocket; it has no pkg-config file.
find_library(WSLAY_LIBRARY wslay REQUIRED)
find_path(WSLAY_INCLUDE wslay/wslay.h REQUIRED)

# The shared libarchive brings libxml2, ICU and seven compression libraries into every start of the program; we
# write plain tar. The static one brings only the objects used, so it is preferred where it is installed.
find_library(ARCHIVE_STATIC NAMES libarchive.a)
add_library(berth_archive INTERFACE)
if(ARCHIVE_STATIC)
	target_link_libraries(berth_archive INTERFACE ${ARCHIVE_STATIC})
else()
	target_link_libraries(berth_archive INTERFACE PkgConfig::ARCHIVE)
endif()
