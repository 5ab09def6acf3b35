# cmake -DFOLDER=presets -DHEADER=config/preset_data.h -DTABLE=preset_data -DOUTPUT=preset_data.c -P embed.cmake: the
# JSON files of a folder as one C table, declared in that header.
file(GLOB files "${FOLDER}/*.json")
list(SORT files)
set(arrays "")
set(rows "")
foreach(file ${files})
	get_filename_component(name ${file} NAME_WLE)
	string(MAKE_C_IDENTIFIER ${name} identifier)
	file(READ ${file} bytes HEX)
	string(LENGTH "${bytes}" digits)
	math(EXPR len "${digits} / 2")
	string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
	string(APPEND arrays "static const unsigned char text_${identifier}[] = {${bytes}0};\n")
	string(APPEND rows "\t{\"${name}\", text_${identifier}, ${len}},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"${HEADER}\"\n\n${arrays}
const struct embedded ${TABLE}[] = {\n${rows}\t{NULL, NULL, 0},\n};\n")
