/** Messages about files that cannot be used, and about text in them that is not JSON. */
@NullMarked
package io.github.tess2.runtime.files;

import org.jspecify.annotations.NullMarked;
