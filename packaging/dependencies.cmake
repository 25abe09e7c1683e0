# For CMakeLists.txt and, installed, for strataConfig.cmake: the libraries that Strata's headers include.

# Sets `folders` to the include folders of a header-only library, or `missing` to a sentence that says why there are none.
# A target of the library's name that the project has by now counts; otherwise CMake finds the library's package.
# Folders, because the packages' targets cannot be linked everywhere: xsimd's of Debian 12 links xtl, which need not be
# installed, and a target that find_package brings is unknown in the folder above.
function(strata_find library oldest folders missing)
  if(NOT TARGET ${library})
    find_package(${library} CONFIG QUIET)
  endif()
  set(found "")
  set(sentence "")
  if(NOT TARGET ${library})
    set(sentence "${library} ${oldest} or newer is needed: there is neither its CMake package nor a target of that name")
  elseif(DEFINED ${library}_VERSION AND ${library}_VERSION VERSION_LESS oldest)
    set(sentence "${library} ${oldest} or newer is needed, and ${${library}_VERSION} is what there is")
  else()
    get_target_property(found ${library} INTERFACE_INCLUDE_DIRECTORIES)
    if(NOT found)
      set(found "")
    endif()
  endif()
  set(${folders} "${found}" PARENT_SCOPE)
  set(${missing} "${sentence}" PARENT_SCOPE)
endfunction()
