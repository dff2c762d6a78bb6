/**
 * The built-in stopping criteria, one per file, found by name through {@link
 * io.github.tess2.spi.Plugins}.
 */
@NullMarked
package io.github.tess2.runtime.stop;

import org.jspecify.annotations.NullMarked;
