/** What a plugin implements and the library finds by name. */
@NullMarked
package io.github.tess2.spi;

import org.jspecify.annotations.NullMarked;
