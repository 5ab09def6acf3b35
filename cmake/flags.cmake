# Warnings and sanitizers, for every target of ours.
add_library(berth_flags INTERFACE)
target_compile_definitions(berth_flags INTERFACE _GNU_SOURCE BERTH_VERSION="${PROJECT_VERSION}")
target_compile_options(berth_flags INTERFACE
	-Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings
	-Wpointer-arith -Wundef -Wvla -Wno-missing-field-initializers
	-fno-common -fstack-protector-strong)
# Messages and names are cut at their bound on purpose.
target_compile_options(berth_flags INTERFACE $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>)
target_compile_options(berth_flags INTERFACE $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
if(BERTH_SANITIZE)
	target_compile_options(berth_flags INTERFACE -fsanitize=address,undefined
		-fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(berth_flags INTERFACE -fsanitize=address,undefined)
endif()
