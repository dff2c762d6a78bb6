/**
 * The built-in canvas policies, one per file, found by name through {@link
 * io.github.tess2.spi.Plugins}.
 */
@NullMarked
package io.github.tess2.runtime.canvas;

import org.jspecify.annotations.NullMarked;
