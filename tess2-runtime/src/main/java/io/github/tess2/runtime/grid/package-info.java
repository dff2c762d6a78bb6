/**
 * The built-in step grids, one per file, found by name through {@link io.github.tess2.spi.Plugins}.
 */
@NullMarked
package io.github.tess2.runtime.grid;

import org.jspecify.annotations.NullMarked;
